"""What changes the data, an import, an undo or a redo: in the background, and one at a time for each page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from crm_core.errors import CrmError
from crm_core.ingest.progress import Tell
from crm_core.ui import figures, state, waiting
from crm_core.ui.background import Job, StoppedError

_HELD = "imports.command"


@dataclass(frozen=True)
class _Command:
    job: Job[Any]
    doing: str
    done: Callable[[Any], None]
    """Runs on the page, with what the job returned."""
    stopped: Callable[[], None]


def begin(
    work: Callable[[Tell], Any],
    *,
    doing: str,
    done: Callable[[Any], None],
    stopped: Callable[[], None] = lambda: None,
    interrupt: Callable[[], object] = lambda: None,
    share: Callable[[], float | None] = lambda: None,
) -> None:
    """Begin to change the data, and run the page again to watch it."""
    job: Job[Any] = Job(work, discard=lambda _: None, interrupt=interrupt, share=share)
    state.hold(_HELD, _Command(job, doing, done, stopped))
    st.rerun()


def goes_on() -> bool:
    """Whether a command goes on, with its progress shown; one that has ended is told first."""
    command = state.held(_HELD)
    if not isinstance(command, _Command):
        return False
    if not waiting.awaited(command.job, doing=command.doing, key=_HELD):
        return True
    state.let_go(_HELD)
    try:
        made = command.job.result()
    except StoppedError as stopped:
        command.stopped()
        st.info(str(stopped))
        return False
    except CrmError as fault:
        st.error(figures.plain(str(fault)), icon=":material/error:")
        return False
    command.done(made)
    st.rerun()
    return True
