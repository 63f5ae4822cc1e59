"""What runs beside the pages while the server is up."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click

from crm_core.store.accounts import has_administrator
from crm_core.store.installation import Installation
from crm_core.store.sessions import LinkPurpose, new_link
from crm_core.web.entrance import utc_now


@contextmanager
def running(installation: Installation) -> Iterator[None]:
    """Say how to set up while nobody can sign in, and send mail until the server stops."""
    # Addresses of public links name a recipient; other servers than `serve` write them down unless told not to.
    logging.getLogger("uvicorn.access").disabled = True
    _say_how_to_set_up(installation)
    if not installation.settings.run_worker:
        yield
        return
    from crm_core.campaigns.worker import Worker  # noqa: PLC0415 - a server without a worker needs no mail library

    worker = Worker(installation)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def _say_how_to_set_up(installation: Installation) -> None:
    with installation.database.write() as session:
        if has_administrator(session):
            return
        token = new_link(session, LinkPurpose.SET_UP, now=utc_now(), lifetime=timedelta(days=1))
    click.echo(
        "Nobody can sign in yet. Open this link once to become the first administrator:\n"
        f"  {installation.settings.base_url}/auth/setup/{token}"
    )
