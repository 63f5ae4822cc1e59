"""The one entry: Streamlit's script when run, the whole server (pages, routes, mail worker) when imported."""

import gc
import inspect
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import streamlit as st

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Draw the frame around every page, and run the page that was asked for."""
    from crm_core.ui import first_views, navigation, one_run, shell  # noqa: PLC0415 - cached functions need the runtime

    st.set_page_config(page_title="Relate", page_icon=str(HERE / "static" / "icon.svg"), layout="wide")
    with one_run.reading_once():
        user = shell.signed_in_user()
        page = navigation.stranger() if user is None else navigation.pages_for(user, HERE)
        if user is not None:
            first_views.have_read()
        page.run()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Run the worker beside the pages; start with everything imported and out of the garbage collector's way."""
    import_module("crm_core.charts")
    # Not sooner: cached functions choose their storage when they are imported, and the runtime is up only now.
    for module in iter_modules(import_module("crm_core.ui").__path__):
        import_module(f"crm_core.ui.{module.name}")
    load, prepare = import_module("crm_core.ui.load"), import_module("crm_core.ui.preparing")
    # The page that a browser starts with asks for them before anything was drawn.
    import_module("crm_core.ui.own_elements").register()
    # Streamlit does so at its first element, and Python looks for the file of every module then: 75 ms.
    inspect.stack()
    with running(_installation), prepare.preparing():
        # Streamlit collects garbage after every run: 72 ms over all that is imported, 2 ms without it.
        gc.collect()
        gc.freeze()
        yield
    gc.unfreeze()
    load.forget()
    gc.collect()


def script_failed(fault: Exception) -> bool:
    """Tell the user in words and the log in detail."""
    from crm_core.ui.shell import tell_failure  # noqa: PLC0415

    return tell_failure(fault)


if __name__ == "__main__":
    main()
else:
    from streamlit.runtime.pages_manager import PagesManager

    from crm_core.settings import Settings
    from crm_core.store.installation import Installation
    from crm_core.web.routes import error_pages, middleware, routes
    from crm_core.web.running import running

    # The first of three locks: until st.navigation has run, Streamlit would run pages/x.py for /x without this file.
    PagesManager.uses_pages_directory = False
    _installation = Installation.open(Settings.from_environ(os.environ))
    app = st.App(
        __file__,
        routes=routes(_installation),
        middleware=middleware(_installation),
        lifespan=lifespan,
        exception_handlers=error_pages(),
        on_script_error=script_failed,
    )
