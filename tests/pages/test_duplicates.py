import pytest

from crm_core.store.consents import current
from crm_core.store.tables import Consent, Customer, Interaction
from tests.cards import metrics
from tests.pages.shop import open_shop, table_with, texts

#        e-mail      city
# ann    a@x.test    Ruse      15 orders
# bob    a@x.test    Varna     1 order, 1 call


def shop_of_two(installation):
    open_shop(installation)
    with installation.database.write() as session:
        ann = session.get(Customer, "ann")
        ann.email, ann.email_normalised, ann.city = "a@x.test", "a@x.test", "Ruse"
        session.add(
            Customer(customer_id="bob", first_name="Bob", email="a@x.test", email_normalised="a@x.test", city="Varna")
        )
        session.add(Interaction(interaction_id="i", customer_id="bob", day=1, interaction="call"))
    return installation


def open_duplicates(open_page):
    page = open_page("customers")
    page.button_group(key="customers.view").set_value("duplicates").run()
    return page


def button(page, key):
    return next(each for each in page.button if (each.key or "").startswith(key))


def names(page):
    return [each.key for each in page.button]


@pytest.mark.parametrize("role", ["agent", "analyst"])
def test_whoever_may_not_merge_sees_the_list_of_customers_only(signed_in, open_page, role):
    shop_of_two(signed_in(role))
    page = open_page("customers")
    assert not page.button_group
    assert page.selectbox(key="customers.open").options[0] == "Ann Archer (ann)"


def test_without_a_pair_it_is_said_what_was_looked_for(signed_in, open_page):
    open_shop(signed_in("manager"))
    page = open_duplicates(open_page)
    assert [each.value.split(":")[0] for each in page.info] == ["No two records look like the same person"]


def test_a_pair_is_merged_as_chosen_and_the_merge_undone(signed_in, open_page, now):
    installation = shop_of_two(signed_in("manager"))
    with installation.database.write() as session:
        session.add(
            Consent(customer_id="bob", status="unsubscribed", purpose="marketing", at=now, recorded_at=now, source="x")
        )
    page = open_duplicates(open_page)
    assert page.button_group(key="customers.view").options == ["All customers", "Likely duplicates (1)"]
    assert table_with(page, "Why").Why.tolist() == ["same e-mail"]
    assert "**1 order, 1 contact, 1 entry about consent**" in texts(page)
    page.radio(key="duplicates.choice.ann.bob.city").set_value("Varna")
    page.run()
    button(page, "duplicates.merge.").click().run()
    assert [each.value for each in page.success] == ["bob is now part of ann."]
    with installation.database.read() as session:
        assert (session.get(Customer, "ann").city, session.get(Customer, "bob")) == ("Varna", None)
        assert current(session, ["ann"]) == {"ann": "unsubscribed"}
    button(page, "duplicates.undo.").click().run()
    assert [each.value for each in page.success] == ["bob and ann are two customers again."]
    with installation.database.read() as session:
        assert (session.get(Customer, "ann").city, session.get(Customer, "bob").city) == ("Ruse", "Varna")


def test_the_other_number_may_be_the_one_that_is_kept(signed_in, open_page):
    installation = shop_of_two(signed_in("manager"))
    page = open_duplicates(open_page)
    page.radio(key="duplicates.kept.ann.bob").set_value("bob").run()
    assert "From ann will move: **15 orders**" in texts(page)
    button(page, "duplicates.merge.").click().run()
    with installation.database.read() as session:
        assert session.get(Customer, "ann") is None


def test_two_people_stay_two_and_are_not_listed_again(signed_in, open_page):
    shop_of_two(signed_in("manager"))
    page = open_duplicates(open_page)
    button(page, "duplicates.apart").click().run()
    assert not [key for key in names(page) if (key or "").startswith("duplicates.merge")]
    assert [each.value.split(":")[0] for each in page.info] == ["No two records look like the same person"]


def test_a_link_to_a_merged_record_leads_to_the_one_that_was_kept(signed_in, open_page):
    shop_of_two(signed_in("manager"))
    page = open_duplicates(open_page)
    button(page, "duplicates.merge.").click().run()
    page = open_page("customers")
    page.query_params["customer"] = "bob"
    page.run()
    assert [each.value for each in page.header] == ["Ann Archer"]
    assert metrics(page)["Total to date"] == "€1,550.00"
