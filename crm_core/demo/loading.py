"""Loads the demonstration shop into an installation, starts it anew, and leaves it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.demo.past_sends import BY, add_past_sends
from crm_core.demo.stories import AS_OF, CURRENCY, SHOP
from crm_core.errors import StoreError
from crm_core.ingest.checks import check
from crm_core.ingest.loading import load as load_import
from crm_core.ingest.mapping import suggested
from crm_core.ingest.reading import read
from crm_core.ingest.workspace import Workspace
from crm_core.permissions import Somebody
from crm_core.settings import PROJECT
from crm_core.store import audit
from crm_core.store.data_version import raise_data_version
from crm_core.store.emptying import DEMONSTRATION, empty, holds_data
from crm_core.store.installation import Installation
from crm_core.store.preferences import keep_preference, preference

FOLDER = PROJECT / "data"
ORDER = (Kind.CUSTOMERS, Kind.PRODUCTS, Kind.ORDER_LINES, Kind.COSTS, Kind.ANSWERS, Kind.INTERACTIONS)
SENDER = {
    "name": SHOP,
    "address": "hello@tilia-table.example",
    "postal_address": f"{SHOP}, 12 Linden Street, 1000 Sofia, Bulgaria",
    "domain_confirmed": True,
}


def load(installation: Installation, *, now: datetime, user: str = BY, folder: Path = FOLDER) -> None:
    """Fill an empty installation with the demonstration shop; where it is loaded already it is only entered again.

    From then on every send is simulated, until somebody leaves the demonstration.

    Raises
    ------
    StoreError
        The installation holds data of its own, which must never be mixed with invented customers by chance.
    """
    with installation.database.write() as session:
        state = preference(session, "demonstration")
        if state.get("complete"):
            keep_preference(session, "demonstration", state | {"on": True})
            return
        if state.get("on"):
            empty(session)  # an earlier load was cut off in the middle
        elif holds_data(session):
            raise StoreError(
                "This installation holds data of its own. Open the demonstration beside it with: make demo"
            )
        _keep_state(session, complete=False)
    _fill(installation, folder, now=now, user=user)


def reset(installation: Installation, *, now: datetime, user: str = BY, folder: Path = FOLDER) -> None:
    """Throw away everything about customers and load the shop anew; users and settings stay.

    Raises
    ------
    StoreError
        This installation is not a demonstration: its data are somebody's.
    """
    with installation.database.write() as session:
        if not preference(session, "demonstration").get("on"):
            raise StoreError("This installation is not in demonstration mode. Its data are not thrown away.")
        empty(session)
        _keep_state(session, complete=False)
        audit.record(session, user, "demonstration.reset", now=now)
    _fill(installation, folder, now=now, user=user)


def leave(installation: Installation, *, now: datetime, user: str) -> None:
    """Let the installation send real mail to its own customers; invented ones stay, and are never written to."""
    with installation.database.write() as session:
        keep_preference(session, "demonstration", preference(session, "demonstration") | {"on": False})
        if preference(session, "sender") == SENDER:
            keep_preference(session, "sender", {})  # nobody may write in the name of an invented shop
        audit.record(session, user, "demonstration.leave", now=now)


def _fill(installation: Installation, folder: Path, *, now: datetime, user: str) -> None:
    for kind in ORDER:
        _import(installation, kind, folder / f"{kind.replace('-', '_')}.csv", now=now, user=user)
    with installation.database.write() as session:
        add_past_sends(session, folder)
        if not preference(session, "sender").get("address"):
            keep_preference(session, "sender", SENDER)
        _keep_state(session, complete=True)
        raise_data_version(session)
        audit.record(session, user, "demonstration.load", now=now)


def _import(installation: Installation, kind: Kind, path: Path, *, now: datetime, user: str) -> None:
    workspace = Workspace(installation.database.home)
    try:
        source = read(path, name=path.name, workspace=workspace)
        checked = check(installation, source, suggested(kind, source.header), now=now)
        actor = Somebody(user, frozenset({"imports.write"}))
        load_import(installation, checked, actor=actor, now=now, source=DEMONSTRATION, purpose="to try the product")
    finally:
        workspace.close()


def _keep_state(session: Session, *, complete: bool) -> None:
    keep_preference(
        session, "demonstration", {"on": True, "complete": complete, "as_of_day": _epoch_day(), "shop": SHOP}
    )
    keep_preference(session, "notation", {"locale": "en_GB"} | preference(session, "notation") | {"currency": CURRENCY})


def _epoch_day() -> int:
    return AS_OF.toordinal() - type(AS_OF)(1970, 1, 1).toordinal()
