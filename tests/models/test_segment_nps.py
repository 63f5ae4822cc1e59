import pandas as pd
import pytest

from crm_core.models.nps import Counts, change
from crm_core.models.segment_nps import segment_nps

#            P    A    D
ROWS = [
    ("north", 100, 60, 40),
    ("south", 30, 40, 90),
    ("east", 12, 5, 3),
    ("west", 4, 2, 2),
]


@pytest.fixture
def table():
    counts = pd.DataFrame(ROWS, columns=["segment", "promoters", "passives", "detractors"])
    return segment_nps(counts).set_index("segment")


def test_each_segment_is_compared_with_all_others(table):
    against = change(Counts(46, 47, 95), Counts(100, 60, 40))
    assert table.loc["north", "difference"] == pytest.approx(against.points)
    assert table.loc["north", "p"] == pytest.approx(against.p)
    assert table.is_different.to_dict() == {"north": True, "south": True, "east": True, "west": False}


def test_few_answers_are_hidden_and_take_no_part(table):
    assert table.standing.to_dict() == {"north": "firm", "south": "firm", "east": "indicative", "west": "hidden"}
    assert table.loc["west", ["nps", "low", "high", "difference", "p", "q"]].isna().all()
    assert table.loc["west", "n"] == 8
    assert table.q.dropna().max() == pytest.approx(table.p.dropna().max())


def test_a_lone_segment_has_nobody_to_be_compared_with():
    alone = segment_nps(pd.DataFrame([ROWS[0]], columns=["segment", "promoters", "passives", "detractors"]))
    assert alone.nps.tolist() == [30]
    assert alone.p.isna().all()
    assert not alone.is_different.any()
