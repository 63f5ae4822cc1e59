"""What a page shows while a job of its goes on: how far it is, in rows, and a button that stops it."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

from crm_core.errors import IngestError
from crm_core.ingest.progress import Progress
from crm_core.ui import load, state
from crm_core.ui.background import PATIENCE_SECONDS, Job, StoppedError
from crm_core.ui.format import Notation

T = TypeVar("T")


def result(name: str, key: Hashable, start: Callable[[], Job[T]], *, doing: str) -> T | None:
    """What the job kept under ``name`` for ``key`` made; None, with its progress shown, while it goes on.

    Raises
    ------
    CrmError
        What the job raised. Faults of the file are raised again on every rerun, others are tried anew.
    """
    job = state.kept(name, key, start, discard=Job.abandon)
    if not awaited(job, doing=doing, key=name):
        return None
    try:
        return job.result()
    except (IngestError, StoppedError):
        raise
    except Exception:
        state.forget(name, discard=Job.abandon)
        raise


def awaited(job: Job[T], *, doing: str, key: str) -> bool:
    """Whether the job has ended; shows its progress when not, and runs the page again as soon as it has."""
    if job.is_done(within=PATIENCE_SECONDS):
        return True
    with st.container(border=True, key=f"{key}.waiting"):
        _watch(job, doing, key)
    return False


@st.fragment(run_every=0.5)
def _watch(job: Job[T], doing: str, key: str) -> None:
    if job.is_done():
        st.rerun()
    told = job.progress
    share = told.done / told.total if told and told.total else 0.0
    st.progress(min(share, 1.0), text=progress_words(told, doing=doing, notation=load.notation()))
    if job.is_stopping:
        st.caption("Stopping. What is in its last step is finished first; it can be undone then.")
    else:
        st.button("Cancel", key=f"{key}.stop", icon=":material/close:", on_click=job.stop)


def progress_words(told: Progress | None, *, doing: str, notation: Notation) -> str:
    """``Checking: 4,200,000 of 10,000,000 rows``; as much of it as is known."""
    if told is None:
        return f"{doing}…"
    if not told.total:
        return f"{told.step}…"
    return f"{told.step}: {notation.number(told.done)} of {notation.number(told.total)} rows"
