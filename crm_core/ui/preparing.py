"""Reads what pages need while nobody waits: at the start what every page needs, then what may be pressed next."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from crm_core.errors import CrmError
from crm_core.ui import ahead, first_views, load

_NAME = "prepare"


@contextmanager
def preparing() -> Iterator[None]:
    """Prepare beside what is done within; a page that comes meanwhile waits for what it needs and takes it over."""
    # A cached function shows who waits a spinner; here nobody does, which Streamlit takes for a mistake.
    log = logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context")
    log.addFilter(_is_of_a_page)
    thread = threading.Thread(target=_prepare, name=_NAME, daemon=True)
    try:
        with ahead.working():
            thread.start()
            yield
    finally:
        thread.join()
        log.removeFilter(_is_of_a_page)


def _prepare() -> None:
    # What fails here is tried again, and told, on the first page that needs it.
    with suppress(CrmError):
        sold = load.extent()
        load.choices()
        if sold and load.warehouse().was_asked_before:
            load.customers(sold.as_of_day)
        first_views.have_read()


def _is_of_a_page(record: logging.LogRecord) -> bool:
    return record.threadName not in {_NAME, ahead.NAME}
