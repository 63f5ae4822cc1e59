import pytest

from crm_core.errors import StoreError
from crm_core.permissions import PERMISSIONS, Role, Somebody
from crm_core.store.audit import entries
from crm_core.store.segmentations import LONGEST_NAME, delete, save, segmentations

ANA = Somebody("ana", PERMISSIONS[Role.ANALYST])
VERA = Somebody("vera", PERMISSIONS[Role.VIEWER])


def test_groups_are_kept_under_their_name_and_replaced_by_the_next_of_that_name(database, now):
    with database.write() as session:
        assert save(session, ANA, "  By  rhythm ", {"names": ["a"]}, now=now) == "By rhythm"
        save(session, ANA, "Also", {"names": []}, now=now)
        save(session, ANA, "By rhythm", {"names": ["b"]}, now=now)
    with database.read() as session:
        assert list(segmentations(session).items()) == [("Also", {"names": []}), ("By rhythm", {"names": ["b"]})]
        assert {entry.action for entry in entries(session)} == {"segmentation.saved"}


def test_groups_are_removed_and_the_log_says_by_whom(database, now):
    with database.write() as session:
        save(session, ANA, "By rhythm", {}, now=now)
        delete(session, ANA, "By rhythm", now=now)
    with database.read() as session:
        assert segmentations(session) == {}
        newest = entries(session)[0]
        assert (newest.action, newest.subject, newest.user_name) == ("segmentation.deleted", "By rhythm", "ana")


def test_a_viewer_neither_saves_nor_removes(database, now):
    with database.write() as session:
        save(session, ANA, "By rhythm", {}, now=now)
        with pytest.raises(StoreError, match="may not save groups"):
            save(session, VERA, "Other", {}, now=now)
        with pytest.raises(StoreError, match="may not save groups"):
            delete(session, VERA, "By rhythm", now=now)
        assert list(segmentations(session)) == ["By rhythm"]


@pytest.mark.parametrize(("name", "fault"), [(" ", "no name"), ("x" * (LONGEST_NAME + 1), "has 121")])
def test_a_name_that_cannot_be_kept_is_refused(database, now, name, fault):
    with database.write() as session, pytest.raises(StoreError, match=fault):
        save(session, ANA, name, {}, now=now)
