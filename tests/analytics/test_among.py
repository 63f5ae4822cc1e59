import pandas as pd

from crm_core.analytics import among
from crm_core.analytics.among import looked_up


def test_an_id_is_among_the_chosen_ones_or_is_not():
    ids = pd.Series(["a", None, "b", "a"], index=[3, 1, 2, 0], dtype="str")
    found = among(ids, pd.Series(["a", "c"]))
    assert (found.tolist(), found.index.tolist(), found.dtype) == ([True, False, False, True], [3, 1, 2, 0], bool)
    assert ids[found].tolist() == ["a", "a"]
    assert not among(ids, ()).any()
    assert among(ids[:0], ["a"]).empty


def test_what_is_known_of_each_id_is_looked_up():
    ids = pd.Series(["b", None, "c", "b"], index=[9, 8, 7, 6], dtype="str")
    known = pd.Series(["Loyal", "Lost"], index=pd.Index(["a", "b"], dtype="str"))
    found = looked_up(ids, known, "Not stated")
    assert found.to_dict() == {9: "Lost", 8: "Not stated", 7: "Not stated", 6: "Lost"}
    assert looked_up(ids, known.head(0), "-").tolist() == ["-"] * 4
    assert looked_up(ids.head(0), known, "-").empty


def test_nothing_is_known_of_anybody_where_there_are_no_values():
    found = looked_up(pd.Series(["a", "b"], dtype="str"), pd.Series(dtype="str"), "none")
    assert found.tolist() == ["none", "none"]
