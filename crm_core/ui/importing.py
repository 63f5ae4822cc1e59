"""The Imports page: a file from upload to commit, and what was imported before."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from crm_core.errors import CrmError
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.checked import Checked
from crm_core.ingest.checks import check
from crm_core.ingest.loading import Loaded
from crm_core.ingest.loading import load as commit
from crm_core.ingest.mapping import ColumnMapping
from crm_core.ingest.policy import Policy
from crm_core.ui import (
    figures,
    import_check,
    import_command,
    import_file,
    import_history,
    import_mapping,
    import_policy,
    import_result,
    load,
    state,
    waiting,
)
from crm_core.ui.background import Job, StoppedError
from crm_core.ui.import_file import Looked
from crm_core.ui.shell import User


def draw(user: User) -> None:
    """A new import for those who may, and the history of all."""
    if user.may("imports.write"):
        is_busy = import_command.goes_on()
        if state.held(import_file.FIELD):
            import_result.forget()
        import_result.show(user)
        if not is_busy:
            with figures.card("Import a file", caption="Nothing is written before you press Import. You can undo it."):
                _new(user)
    with figures.card("History"):
        import_history.show(user)


def _new(user: User) -> None:
    if load.shows_demonstration():
        st.info(
            "Your rows will be added to the invented shop of the demonstration, and every figure will show both. For "
            "your own figures alone, have the product started without the demonstration (make run)."
        )
    handed = import_file.kind_and_file(user)
    if handed is None:
        return
    looked = None
    try:
        looked = import_file.looked(*handed)
        if looked is not None:
            _go_on(looked, user)
    except StoppedError as stopped:
        st.info(str(stopped))
        st.button("Check the file again", key="imports.again", on_click=import_file.begin_again)
    except CrmError as fault:
        st.error(figures.plain(str(fault)), icon=":material/error:")
        if looked is None:
            import_file.corrections(handed[1], None)


def _go_on(looked: Looked, user: User) -> None:
    import_file.understood(looked)
    mapping = import_mapping.mapping(looked)
    policy = import_policy.policy(looked)
    written = import_mapping.written(looked, mapping)
    if written is None or policy is None:
        return
    key = (looked.key, id(looked), repr(mapping), written, policy, load.data_version())
    start = partial(_check, looked, mapping, written, policy)
    checked = waiting.result("imports.check", key, start, doing="Checking the file")
    if checked is not None and import_check.show(checked, user=user):
        _import(checked, looked, user)


def _check(
    looked: Looked,
    mapping: ColumnMapping,
    written: tuple[DateOrder, DecimalMark],
    policy: tuple[Policy, int | None],
) -> Job[Checked]:
    workspace = looked.source.workspace
    whole = partial(
        check,
        load.installation(),
        looked.source,
        mapping,
        now=_now(),
        date_order=written[0],
        decimal_mark=written[1],
        policy=policy[0],
        replaces=policy[1],
    )
    return Job(
        lambda tell: whole(progress=tell),
        discard=lambda _: None,
        interrupt=workspace.cancel,
        share=workspace.progress,
        rows=looked.rows,
    )


def _import(checked: Checked, looked: Looked, user: User) -> None:
    with st.form("imports.commit", border=False):
        left, middle, right = st.columns(3)
        source = left.text_input(
            "Where the data come from", placeholder="shop system, fair, web form", key="imports.source"
        )
        channel = middle.text_input("Through which channel", placeholder="online, store, phone", key="imports.channel")
        purpose = right.text_input("For which purpose", placeholder="orders, newsletter", key="imports.purpose")
        counts = checked.counts
        number = counts.written + counts.unchanged + counts.kept
        rows = counts.written or number
        label = f"Import {load.notation().number(rows)} row{'s' * (rows != 1)}"
        if checked.opt_outs and not number:
            label = f"Record {load.notation().number(checked.opt_outs)} opt-out{'s' * (checked.opt_outs != 1)}"
        if st.form_submit_button(
            label, type="primary", icon=":material/check:", disabled=not (number or checked.opt_outs)
        ):
            _commit(checked, looked, user, (source, channel, purpose))


def _commit(checked: Checked, looked: Looked, user: User, origin: tuple[str, str, str]) -> None:
    source, channel, purpose = origin
    whole = partial(
        commit,
        load.installation(),
        checked,
        actor=user,
        now=_now(),
        source=source,
        channel=channel,
        purpose=purpose,
    )
    import_command.begin(
        lambda tell: whole(progress=tell),
        doing="Importing",
        done=_committed,
        stopped=import_file.begin_again,
        interrupt=looked.source.workspace.cancel,
        share=looked.source.workspace.progress,
    )


def _committed(loaded: Loaded) -> None:
    import_file.forget()
    state.hold(import_result.HELD, loaded)


def _now() -> datetime:
    return datetime.now(UTC)
