from datetime import UTC, datetime

import pytest

from crm_core.errors import StoreError
from crm_core.permissions import PERMISSIONS, Role, Somebody
from crm_core.store.views import remove_view, rename_view, save_view, saved_views

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
ANN, BOB, VIC = (
    Somebody(name, PERMISSIONS[role])
    for name, role in (("ann", Role.ANALYST), ("bob", Role.ADMIN), ("vic", Role.VIEWER))
)
QUARTER = {"overview.period": "3 months", "overview.channels": ["online", "store"]}


def save(database, actor, name="Quarter", *, query=QUARTER, page="overview", is_shared=False):
    with database.write() as session:
        save_view(session, actor, page=page, name=name, query=query, is_shared=is_shared, now=AT)


def seen(database, actor, page="overview"):
    with database.read() as session:
        return saved_views(session, actor, page=page)


def test_a_view_keeps_what_the_page_showed(database):
    save(database, VIC)
    (view,) = seen(database, VIC)
    assert (view.name, view.query, view.is_own) == ("Quarter", QUARTER, True)


def test_a_view_is_seen_by_its_owner_only_and_on_its_page_only(database):
    save(database, ANN)
    assert seen(database, BOB) == []
    assert seen(database, ANN, page="segments") == []


def test_a_shared_view_is_seen_by_all_after_their_own(database):
    save(database, ANN, "A quarter", is_shared=True)
    save(database, BOB, "My year")
    assert [(view.name, view.owner, view.is_own) for view in seen(database, BOB)] == [
        ("My year", "bob", True),
        ("A quarter", "ann", False),
    ]


def test_a_viewer_does_not_share(database):
    with pytest.raises(StoreError, match="may not share views"):
        save(database, VIC, is_shared=True)
    assert seen(database, VIC) == []


def test_a_view_saved_again_under_its_name_is_replaced(database):
    save(database, ANN, is_shared=True)
    save(database, ANN, " Quarter ", query={"overview.period": "All"})
    (view,) = seen(database, ANN)
    assert (view.query, view.is_shared) == ({"overview.period": "All"}, False)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_needs_a_name(database, name):
    with pytest.raises(StoreError, match="Give the view a name"):
        save(database, ANN, name)


def test_ones_own_view_is_renamed_and_removed(database):
    save(database, ANN)
    (view,) = seen(database, ANN)
    with database.write() as session:
        rename_view(session, ANN, view.id, name="Spring")
    assert [each.name for each in seen(database, ANN)] == ["Spring"]
    with database.write() as session:
        remove_view(session, ANN, view.id)
    assert seen(database, ANN) == []


def test_a_name_that_another_view_has_is_refused(database):
    save(database, ANN, "Spring")
    save(database, ANN, "Quarter")
    quarter = seen(database, ANN)[0]
    with pytest.raises(StoreError, match="a view named 'Spring' already"), database.write() as session:
        rename_view(session, ANN, quarter.id, name="Spring")
    assert [each.name for each in seen(database, ANN)] == ["Quarter", "Spring"]


def test_nobody_changes_the_view_of_another_not_even_an_administrator(database):
    save(database, ANN, is_shared=True)
    (view,) = seen(database, ANN)
    for change in (
        lambda session: rename_view(session, BOB, view.id, name="x"),
        lambda s: remove_view(s, BOB, view.id),
    ):
        with pytest.raises(StoreError, match="not yours"), database.write() as session:
            change(session)
    assert [each.name for each in seen(database, ANN)] == ["Quarter"]
