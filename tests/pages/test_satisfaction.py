"""The Satisfaction page on a few hand-drawn answers: 2026 Q1 and Q2, delivery fails in the South."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm_core.analytics import day_number
from crm_core.store.data_version import raise_data_version
from crm_core.store.tables import Answer, Customer, Response
from tests.cards import metrics

HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> ![x](http://x.example/p.png) **bold** :red[x]"
#             day          group    nps, delivery   people
DRAWN = [
    (date(2026, 2, 10), "North", (10, 5), 20),
    (date(2026, 2, 10), "South", (10, 5), 20),
    (date(2026, 6, 30), "North", (10, 5), 20),
    (date(2026, 6, 30), "South", (3, 1), 20),
]


@pytest.fixture
def answered(installation):
    with installation.database.write() as session:
        for region in ("North", "South"):
            session.add_all(
                Customer(customer_id=f"{region}{n}", first_name=region, last_name=f"Person{n}", region=region)
                for n in range(20)
            )
        for day, region, scores, people in DRAWN:
            for n in range(people):
                add_response(session, f"{day}{region}{n}", f"{region}{n}", day, scores)
        session.add(Answer(response_id="2026-06-30South0", code="comment", text=HOSTILE))
        raise_data_version(session)


def add_response(session, response_id, customer_id, day, scores):
    session.add(Response(response_id=response_id, customer_id=customer_id, day=day_number(day), language="en"))
    session.flush()
    answers = zip(("nps", "delivery"), scores, strict=True)
    session.add_all(Answer(response_id=response_id, code=code, number=score) for code, score in answers)


def table(at, column):
    """The only table that has this column: a table without a selection carries no key."""
    [found] = [element.value for element in at.dataframe if column in element.value]
    return found


def test_without_answers_the_page_says_what_it_will_show_and_offers_ways_to_get_some(signed_in, open_page):
    signed_in("manager")
    at = open_page("satisfaction")
    assert [heading.value for heading in at.subheader] == ["Nothing to show yet"]
    assert any("recommend you" in text.value for text in at.markdown)
    assert not at.exception


def test_the_verdict_comes_first_with_its_interval_and_answers(answered, signed_in, open_page):
    signed_in("viewer")
    at = open_page("satisfaction")
    assert not at.exception
    said, stands_out = (error.value.replace("\\", "") for error in at.error)
    assert said.startswith("**NPS fell by 100 points since 2026 Q1, from 100 to 0 (95% interval of the change ")
    assert said.endswith("40 people answered.**")
    assert stands_out.startswith("South: ")
    assert metrics(at) == {"NPS": "0"}


def test_what_changed_in_a_group_is_told(answered, signed_in, open_page):
    signed_in("viewer")
    told = [text.value.replace("\\", "") for text in open_page("satisfaction").markdown]
    assert any("South: delivery fell by 4.0 since 2026 Q1, from 5.0 to 1.0" in text for text in told)
    assert not any("North:" in text for text in told)


def test_the_name_of_a_group_is_never_read_as_markup(answered, installation, signed_in, open_page):
    with installation.database.write() as session:
        session.execute(
            sa.update(Customer).where(Customer.region == "South").values(region="[South](http://x.example)")
        )
        raise_data_version(session)
    signed_in("viewer")
    at = open_page("satisfaction")
    told = [text.value for kind in (at.markdown, at.error, at.caption) for text in kind if "South" in text.value]
    assert len(told) > 2
    assert all(r"\[South\](http" in text for text in told)


def test_groups_stand_side_by_side(answered, signed_in, open_page):
    signed_in("viewer")
    groups = table(open_page("satisfaction"), "mark").set_index("group")
    assert groups.nps.to_dict() == {"North": 100, "South": -100}
    assert groups.mark.to_dict() == {"North": "above the rest", "South": "below the rest"}


def test_another_quarter_can_be_chosen(answered, signed_in, open_page):
    signed_in("viewer")
    at = open_page("satisfaction")
    at.selectbox(key="satisfaction.quarter").set_value("2026 Q1").run()
    assert [verdict.value.replace("\\", "") for verdict in at.warning] == [
        "**NPS is 100 (95% interval 84 to 100). 40 people answered. Nothing to compare with: 2025 Q4 has no answers.**"
    ]


def test_a_comment_is_shown_as_plain_text_and_nowhere_as_markup(answered, signed_in, open_page):
    signed_in("viewer")
    at = open_page("satisfaction")
    assert table(at, "comment").comment.tolist() == [HOSTILE]
    drawn = [text.value for kind in (at.markdown, at.caption, at.info, at.warning, at.error) for text in kind]
    assert not [text for text in drawn if "alert(1)" in text or "bold" in text]


def test_comments_can_be_narrowed_by_voice_and_words(answered, signed_in, open_page):
    signed_in("viewer")
    at = open_page("satisfaction")
    at.text_input(key="satisfaction.search").set_value("SCRIPT").run()
    assert len(table(at, "comment")) == 1
    at.segmented_control(key="satisfaction.voice").set_value("promoter").run()
    assert not at.exception
    assert any("Nobody wrote anything that fits" in text.value for text in at.markdown)


@pytest.mark.parametrize(("role", "sees_names"), [("viewer", False), ("agent", True)])
def test_who_wrote_a_comment_is_only_for_those_who_may_read_customers(answered, signed_in, open_page, role, sees_names):
    signed_in(role)
    columns = table(open_page("satisfaction"), "comment").columns
    assert ("name" in columns, "customer_id" in columns) == (sees_names, sees_names)


@pytest.mark.parametrize("grouping", ["segment", "channel", "language", "club"])
def test_groups_that_nothing_is_known_about_leave_the_page_standing(answered, signed_in, open_page, grouping):
    signed_in("viewer")
    at = open_page("satisfaction")
    at.segmented_control(key="satisfaction.by").set_value(grouping).run()
    assert not at.exception
    assert table(at, "mark").group.tolist() == ["Not stated"]
