import pandas as pd

from crm_core.analytics import among


def test_an_id_is_among_the_chosen_ones_or_is_not():
    ids = pd.Series(["a", None, "b", "a"], index=[3, 1, 2, 0], dtype="str")
    found = among(ids, pd.Series(["a", "c"]))
    assert (found.tolist(), found.index.tolist(), found.dtype) == ([True, False, False, True], [3, 1, 2, 0], bool)
    assert ids[found].tolist() == ["a", "a"]
    assert not among(ids, ()).any()
    assert among(ids[:0], ["a"]).empty
