import pandas as pd
import pytest

from crm_core.analytics.migration import NO_LONGER, NOT_YET, biggest_moves, migration, moves

ORDER = ["A", "B", "C"]
#          ann bob cay dan eve fay    gus
# then      A   A   B   C   C   C      -
# now       A   C   A   C   B   -      B
THEN = pd.Series(dict(zip(["ann", "bob", "cay", "dan", "eve", "fay"], "AABCCC", strict=True)))
NOW = pd.Series({"ann": "A", "bob": "C", "cay": "A", "dan": "C", "eve": "B", "gus": "B"})


@pytest.fixture
def table():
    return migration(moves(THEN, NOW), ORDER)


def test_every_customer_is_in_exactly_one_cell(table):
    assert list(zip(table.then, table.now, table.customers, strict=True)) == [
        ("A", "A", 1),
        ("A", "C", 1),
        ("B", "A", 1),
        ("C", "B", 1),
        ("C", "C", 1),
        ("C", NO_LONGER, 1),
        (NOT_YET, "B", 1),
    ]


def test_the_sums_are_the_sizes_at_both_dates(table):
    then, now = (table.groupby(end).customers.sum() for end in ("then", "now"))
    assert {name: then[name] for name in ORDER} == THEN.value_counts().to_dict()
    assert {name: now[name] for name in ORDER} == NOW.value_counts().to_dict()


def test_shares_are_of_those_who_were_there_then(table):
    assert table.share.tolist() == pytest.approx([1 / 2, 1 / 2, 1, 1 / 3, 1 / 3, 1 / 3, 1])
    assert table.groupby("then").share.sum().tolist() == pytest.approx([1, 1, 1, 1])


def test_up_and_down_are_counted_in_places_and_newcomers_have_none(table):
    assert table.places.fillna(99).tolist() == [0, -2, 1, 1, 0, 99, 99]


def test_the_biggest_moves_are_between_segments():
    then = pd.Series(list("AAAABBC"))
    now = pd.Series(list("AAABCCA"))
    found = biggest_moves(migration(moves(then, now), ORDER), most=2)
    assert list(zip(found.then, found.now, found.customers, strict=True)) == [("B", "C", 2), ("A", "B", 1)]


def test_who_has_no_segment_at_a_date_was_not_there():
    moved = moves(pd.Series({"ann": None}, dtype="str"), pd.Series({"ann": "A"}))
    assert moved.to_dict("list") == {"customer_id": ["ann"], "then": [NOT_YET], "now": ["A"], "place": [0]}
    nobody = pd.Series([], dtype="str")
    assert migration(moves(nobody, nobody), ORDER).empty


def test_a_place_is_the_row_of_the_customer_now():
    moved = moves(THEN, NOW).set_index("customer_id").place
    assert {who: moved[who] for who in NOW.index} == {who: place for place, who in enumerate(NOW.index)}
    assert moved["fay"] == -1
