"""What a page shows while a job of its goes on: how far it is, in rows, and a button that stops it."""

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st

from crm_core.errors import IngestError
from crm_core.ingest.progress import Progress
from crm_core.ui import load, parts, state
from crm_core.ui.background import PATIENCE_SECONDS, Job, StoppedError
from crm_core.ui.format import Notation

T = TypeVar("T")

LAST_STEP = "Saving"
"""What an import calls its one transaction: all or nothing, and no longer to be stopped."""


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
        parts.part(partial(_watch, job, doing, key), every=0.5)
    return False


def _watch(job: Job[T], doing: str, key: str) -> None:
    if job.is_done():
        st.rerun()
    told, share = job.progress, job.share
    if told and told.total:
        # One statement that writes all rows tells of none of them: the engine knows how far it is.
        done = told.done or round((share or 0.0) * told.total)
        told, share = replace(told, done=done), done / told.total
    words = progress_words(told, share, job.rows, doing=doing, notation=load.notation())
    st.progress(min(share or 0.0, 1.0), text=words)
    if told and told.step == LAST_STEP:
        st.caption("The last step cannot be stopped half-way. What was imported can be undone.")
    elif job.is_stopping:
        st.caption("Stopping…")
    else:
        st.button("Cancel", key=f"{key}.stop", icon=":material/close:", on_click=job.stop)


def progress_words(told: Progress | None, share: float | None, rows: int, *, doing: str, notation: Notation) -> str:
    """``Reading: 4,200,000 of about 10,000,000 rows``; as much of it as is known."""
    step = told.step if told else doing
    if told and told.total and told.about:
        return f"{step}: {_about(told.done, told.total, notation)}"
    if told and told.total and not told.done:
        return f"{step}: {notation.number(told.total)} rows"
    if told and told.total:
        return f"{step}: {notation.number(told.done)} of {notation.number(told.total)} rows"
    if told and told.done:
        return f"{step}: {notation.number(told.done)} rows so far"
    if share is None:
        return f"{step}…"
    return f"{step}: {_about(rows * share, rows, notation) if rows else notation.share(share, 0)}"


def _about(done: float, total: int, notation: Notation) -> str:
    """An estimate of that many rows is good for two digits."""
    digits = 2 - len(str(total))
    about, rounded = round(total, min(digits, 0)), round(done, min(digits + 1, 0))
    return f"{notation.number(min(rounded, about))} of about {notation.number(about)} rows"
