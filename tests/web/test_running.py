import dataclasses
import logging
import re
import threading

import pytest

from crm_core.permissions import Role
from crm_core.store.accounts import add_user
from crm_core.store.installation import Installation
from crm_core.store.sessions import LinkPurpose, link_is_good
from crm_core.web.entrance import utc_now
from crm_core.web.running import running


@pytest.fixture
def without_worker(installation):
    settings = dataclasses.replace(installation.settings, run_worker=False)
    return Installation(settings, installation.key, installation.database)


def test_while_nobody_can_sign_in_the_set_up_link_is_printed(without_worker, database, capsys):
    with running(without_worker):
        (token,) = re.findall(r"https://crm\.example\.com/auth/setup/(\S+)", capsys.readouterr().out)
    with database.read() as session:
        assert link_is_good(session, token, LinkPurpose.SET_UP, now=utc_now())


def test_once_somebody_can_nothing_is_printed(without_worker, database, capsys):
    with database.write() as session:
        add_user(session, "ann", "", Role.ADMIN, now=utc_now(), by="test")
    with running(without_worker):
        assert capsys.readouterr().out == ""


def test_the_worker_runs_beside_the_pages_and_has_ended_after_them(installation):
    with running(installation):
        assert "mail worker" in [thread.name for thread in threading.enumerate()]
    assert "mail worker" not in [thread.name for thread in threading.enumerate()]


def test_no_server_writes_down_the_addresses_that_are_asked_for(without_worker):
    access = logging.getLogger("uvicorn.access")
    access.disabled = False
    with running(without_worker):
        assert access.disabled
