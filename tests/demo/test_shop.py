"""The files agree with one another and hold nothing that points at a real person."""

import re

import pandas as pd
import pytest

from crm_core.columns import SCORES
from crm_core.demo.stories import AS_OF, CONSENTED, FIRST_DAY, LAST_DAY, QUARTERS


def test_the_shop_has_about_five_thousand_parties_of_every_type(customers):
    assert customers.customer_id.is_unique
    assert customers.party_type.value_counts().to_dict().keys() == {
        "consumer",
        "company",
        "prospect",
        "partner",
        "supplier",
    }
    assert len(customers) == 5_000
    assert set(customers.language) == {"bg", "pl", "uk", "ru", "en"}


def test_everything_lies_within_the_three_years_and_the_last_day_has_orders(lines, answers, interactions):
    for frame in (lines, answers, interactions):
        assert frame.date.min() >= pd.Timestamp(FIRST_DAY)
        assert frame.date.max() <= pd.Timestamp(LAST_DAY)
    assert lines.date.max() == pd.Timestamp(LAST_DAY)
    assert pd.Timestamp(AS_OF) - pd.Timestamp(LAST_DAY) == pd.Timedelta(days=1)


def test_every_customer_id_leads_to_a_customer(customers, lines, answers, interactions, recipients):
    known = set(customers.customer_id)
    for frame in (lines, answers, interactions, recipients):
        assert set(frame.customer_id.dropna()) <= known


def test_every_product_and_campaign_is_used_and_known(lines, products, campaigns, recipients):
    assert set(lines.product_id) == set(products.product_id)
    assert set(recipients.campaign) == set(campaigns.campaign)


def test_an_order_line_is_list_price_less_discount_and_costs_what_the_product_costs(lines, products):
    sold = lines[lines.amount > 0].merge(products, on="product_id", suffixes=("", "_each"))
    assert (sold.amount + sold.discount - sold.list_price * sold.quantity).abs().max() < 0.005
    assert (sold.cost - sold.cost_each * sold.quantity).abs().max() < 0.005
    for column in ("product", "brand", "model", "category"):
        assert (sold[column] == sold[f"{column}_each"]).all()


def test_line_numbers_are_unique_within_an_order_and_an_order_has_one_customer(lines):
    assert not lines.duplicated(["order_id", "line"]).any()
    assert lines.groupby("order_id").customer_id.nunique().max() == 1


def test_a_return_is_a_later_negative_line_of_its_order_and_never_exceeds_what_was_bought(lines):
    back, sold = lines[lines.amount < 0], lines[lines.amount > 0]
    pair = back.merge(sold, on=["order_id", "product_id"], suffixes=("", "_sold"))
    assert set(pair.order_id) == set(back.order_id)
    assert (pair.date > pair.date_sold).all()
    keys = ["order_id", "product_id"]
    kept = (
        sold.groupby(keys)[["quantity", "amount", "cost"]]
        .sum()
        .add(back.groupby(keys)[["quantity", "amount", "cost"]].sum(), fill_value=0)
    )
    assert kept.min().min() > -0.005
    assert 0.02 < len(back) / len(sold) < 0.04


def test_a_few_store_sales_are_anonymous(lines):
    nobody = lines[lines.customer_id.isna()]
    assert set(nobody.channel) == {"store"}
    assert 0.005 < len(nobody) / len(lines) < 0.03


def test_recent_orders_are_still_on_their_way(lines):
    open_orders = lines[lines.status.isin(["accepted", "paid", "packed", "shipped"])]
    assert set(open_orders.status) == {"accepted", "paid", "packed", "shipped"}
    assert open_orders.date.min() > pd.Timestamp(AS_OF) - pd.Timedelta(days=16)


def test_no_relationship_begins_after_the_first_order(customers, lines):
    first = lines.groupby("customer_id").date.min()
    created = customers.set_index("customer_id").created
    assert (created[first.index] <= first).all()


def test_addresses_and_telephones_belong_to_nobody(customers):
    emails = customers.email.dropna()
    assert emails.str.fullmatch(r"[a-z0-9.-]+@example\.(com|org|net)").all()
    assert 0.9 < len(emails) / len(customers) < 0.99
    phones = customers.phone.dropna()
    reserved = r"\+44 (7700 900|1632 960|20 7946 0|1(1[3-8]|21|31|41|51|61) 496 0|191 498 0)\d{3}"
    assert phones.str.fullmatch(reserved).all()
    assert phones.is_unique


def test_names_are_written_in_the_script_of_the_language(customers):
    scripts = {"bg": "[а-я]", "uk": "[а-яіїєґ]", "ru": "[а-яё]", "pl": "[a-zóąćęłńśźż]", "en": "[a-záéíóúë' ]"}
    for language, letters in scripts.items():
        names = customers[customers.language == language]
        for name in pd.concat([names.first_name, names.last_name]).unique():
            assert re.fullmatch(f"{letters}+", name.lower()), (language, name)


def test_couples_share_an_address_and_get_each_campaign_once(customers, recipients):
    shared = customers.email.dropna().duplicated().sum()
    assert 5 <= shared <= 20
    sent = recipients.merge(customers[["customer_id", "email"]])
    assert sent.email.notna().all()
    assert not sent.duplicated(["campaign", "email"]).any()


def test_about_two_thirds_consented_with_evidence_some_without_and_some_withdrew(customers, lines):
    buyers = customers[customers.customer_id.isin(lines.customer_id)]
    proof = buyers[["consent_date", "consent_source", "consent_wording"]].notna()
    assert (proof.all(axis=1) == proof.any(axis=1)).all()
    assert ((buyers.consent == "yes") & proof.all(axis=1)).mean() == pytest.approx(CONSENTED, abs=0.02)
    assert 30 < ((buyers.consent == "yes") & ~proof.any(axis=1)).sum() < 120
    withdrawn = buyers[buyers.consent == "no"]
    assert 100 < len(withdrawn) < 300
    assert withdrawn.consent_wording.eq("Asked for no more marketing").all()


def test_nobody_was_mailed_without_consent_or_after_unsubscribing(customers, recipients, campaigns):
    sent = recipients.merge(campaigns[["campaign", "sent"]]).merge(
        customers[["customer_id", "consent", "consent_date", "consent_source"]]
    )
    still = sent.consent == "yes"
    assert sent.consent.notna().all()
    assert (sent.consent_date[still] <= sent.sent[still]).all()
    assert (sent.consent_date[~still] >= sent.sent[~still]).all()
    left = sent[sent.unsubscribed.notna()]
    assert len(left) > 20
    assert (left.consent == "no").all()
    assert (left.consent_date == left.unsubscribed).all()
    assert (left.consent_source == "unsubscribe link").all()


def test_only_treated_recipients_got_a_mail_and_its_events_follow_one_another(recipients, campaigns):
    sent = recipients.merge(campaigns[["campaign", "sent"]])
    assert not sent.duplicated(["campaign", "customer_id"]).any()
    assert set(sent.group) == {"treated", "control"}
    events = ["delivered", "opened", "clicked", "unsubscribed"]
    assert sent[sent.group == "control"][events].isna().all().all()
    assert 0.005 < sent[sent.group == "treated"].delivered.isna().mean() < 0.02
    for earlier, later in (("sent", "delivered"), ("delivered", "opened"), ("opened", "clicked")):
        both = sent[sent[later].notna()]
        assert (both[earlier] <= both[later]).all()


def test_campaign_costs_are_in_the_marketing_costs(campaigns, costs):
    booked = costs[costs.campaign.notna()].set_index("campaign").amount
    assert booked.to_dict() == campaigns.set_index("campaign").cost.to_dict()


def test_each_quarter_has_its_survey_with_scores_in_range_and_skipped_answers(answers):
    assert answers.response_id.is_unique
    waves = answers.groupby("quarter")
    assert tuple(sorted(waves.groups)) == QUARTERS
    assert waves.size().between(400, 600).all()
    assert (answers.survey == "quarterly-" + answers.quarter).all()
    for code, (low, high) in SCORES.items():
        assert answers[code].dropna().between(low, high).all()
        assert 0.02 < answers[code].isna().mean() < 0.3
    known = answers[answers.customer_id.notna()]
    assert not known.duplicated(["quarter", "customer_id"]).any()


def test_comments_come_in_five_languages_on_a_share_of_the_answers(answers):
    commented = answers[answers.comment.notna()]
    assert 0.25 < len(commented) / len(answers) < 0.45
    assert set(commented.language) == {"bg", "pl", "uk", "ru", "en"}
    assert commented.groupby("language").comment.nunique().min() > 20


def test_interactions_are_of_every_kind(interactions):
    assert interactions.interaction_id.is_unique
    assert set(interactions.interaction) == {"call", "visit", "complaint", "note", "letter", "meeting"}


def test_marketing_costs_name_channel_source_and_region_or_campaign(costs):
    assert (costs.amount > 0).all()
    assert (costs.region.notna() ^ costs.campaign.notna()).all()
    assert costs[["channel", "source"]].notna().all().all()
