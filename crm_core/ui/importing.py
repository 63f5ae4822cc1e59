"""The Imports page: a file from upload to commit, and what was imported before."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crm_core.errors import CrmError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.checks import Checked, check
from crm_core.ingest.loading import Loaded
from crm_core.ingest.loading import load as commit
from crm_core.ingest.mapping import ColumnMapping
from crm_core.ui import (
    figures,
    import_check,
    import_file,
    import_history,
    import_mapping,
    import_result,
    load,
    state,
    waiting,
)
from crm_core.ui.background import Job, StoppedError
from crm_core.ui.import_file import Looked
from crm_core.ui.shell import User

COMMIT = "imports.commit"


def draw(user: User) -> None:
    """A new import for those who may, and the history of all."""
    if user.may("imports.write"):
        _committing()
        if state.held(import_file.FIELD):
            import_result.forget()
        import_result.show(user)
        with figures.card("Import a file", caption="Nothing is written before you press Import, and it can be undone."):
            _new(user)
    with figures.card("History"):
        import_history.show(user)


def _new(user: User) -> None:
    if isinstance(state.held(COMMIT), Job):
        return
    if load.shows_demonstration():
        st.info(
            "Your rows will be added to the invented shop of the demonstration, and every figure will show both. For "
            "your own figures alone start another installation: set CRM_HOME to an empty folder, then make run."
        )
    handed = import_file.kind_and_file(user)
    if handed is None:
        return
    kind, received = handed
    looked = None
    try:
        looked = import_file.looked(kind, received)
        if looked is not None:
            _go_on(looked, user)
    except StoppedError as stopped:
        st.info(str(stopped))
        st.button("Check the file again", key="imports.again", on_click=_begin_again)
    except CrmError as fault:
        st.error(figures.plain(str(fault)), icon=":material/error:")
        if looked is None:
            import_file.corrections(received, None)


def _begin_again() -> None:
    for name in ("imports.check", "imports.look", "imports.open"):
        state.forget(name, discard=Job.abandon)


def _go_on(looked: Looked, user: User) -> None:
    import_file.understood(looked)
    mapping = import_mapping.mapping(looked)
    written = import_mapping.written(looked, mapping)
    if written is None:
        return
    key = (looked.key, id(looked), repr(mapping), written, load.data_version())
    start = partial(_check, looked, mapping, *written)
    checked = waiting.result("imports.check", key, start, doing="Checking the file")
    if checked is not None and import_check.show(checked):
        _import(checked, looked, user)


def _check(looked: Looked, mapping: ColumnMapping, order: DateOrder, mark: DecimalMark) -> Job[Checked]:
    installation, now = load.installation(), _now()
    return Job(
        lambda _: check(installation, looked.source, mapping, now=now, date_order=order, decimal_mark=mark),
        discard=lambda _: None,
        interrupt=looked.source.workspace.cancel,
    )


def _import(checked: Checked, looked: Looked, user: User) -> None:
    with st.form("imports.commit", border=False):
        left, middle, right = st.columns(3)
        source = left.text_input(
            "Where the data come from", placeholder="shop system, fair, web form", key="imports.source"
        )
        channel = middle.text_input("Through which channel", placeholder="online, store, phone", key="imports.channel")
        purpose = right.text_input("For which purpose", placeholder="orders, newsletter", key="imports.purpose")
        number = checked.counts.written + checked.counts.unchanged
        label = f"Import {load.notation().number(number)} rows"
        if st.form_submit_button(label, type="primary", icon=":material/check:", disabled=not number):
            state.hold(COMMIT, _commit(checked, looked, user, (source, channel, purpose)))
            st.rerun()


def _commit(checked: Checked, looked: Looked, user: User, origin: tuple[str, str, str]) -> Job[Loaded]:
    installation, now = load.installation(), _now()
    source, channel, purpose = origin
    return Job(
        lambda _: commit(
            installation, checked, user=user.name, now=now, source=source, channel=channel, purpose=purpose
        ),
        discard=lambda _: None,
        interrupt=looked.source.workspace.cancel,
    )


def _committing() -> None:
    """Watch the import that was begun; when it has ended, remember what it did or say why it did not."""
    job = state.held(COMMIT)
    if not isinstance(job, Job) or not waiting.awaited(job, doing="Importing", key=COMMIT):
        return
    state.let_go(COMMIT)
    try:
        loaded = job.result()
    except StoppedError:
        _begin_again()
        st.info("The import was stopped. Nothing was imported; the file is still here.")
    except CrmError as fault:
        st.error(figures.plain(str(fault)), icon=":material/error:")
    else:
        import_file.forget()
        state.hold(import_result.HELD, loaded)


def _now() -> datetime:
    return datetime.now(UTC)
