import gc
import os

import pytest

from crm_core.errors import StoreError
from crm_core.signing import Key
from crm_core.store.uploads import Incoming, Received, new_ticket, sweep, ticket_id

KEY = Key(bytes(32))


def receive(home, upload_id, content=b"rows"):
    incoming = Incoming(home, upload_id)
    incoming.path.write_bytes(content)
    incoming.finish()


def test_a_ticket_says_who_may_use_it_and_nothing_else(now):
    ticket = new_ticket(KEY, "ann@example.com", now=now)
    assert ticket_id(KEY, ticket.text, "ann@example.com", now=now) == ticket.id
    assert "ann" not in ticket.text
    with pytest.raises(StoreError, match="not begun on your page"):
        ticket_id(Key(bytes(31) + b"x"), ticket.text, "ann@example.com", now=now)


def test_no_two_tickets_are_alike(now):
    assert len({new_ticket(KEY, "ann", now=now).id for _ in range(100)}) == 100


def test_a_file_counts_only_when_it_is_whole(tmp_path):
    Incoming(tmp_path, "a").path.write_bytes(b"half")
    with pytest.raises(StoreError, match="not there any more"):
        Received(tmp_path, "a", "x.csv")


def test_a_received_file_goes_with_whoever_held_it(tmp_path):
    receive(tmp_path, "a")
    received = Received(tmp_path, "a", "x.csv")
    path = received.path
    assert path.read_bytes() == b"rows"
    del received
    gc.collect()
    assert not path.exists()


def test_yesterdays_uploads_are_swept_and_todays_stay(tmp_path, now):
    receive(tmp_path, "old")
    receive(tmp_path, "today")
    stamp = now.timestamp()
    os.utime(tmp_path / "uploads" / "old", (stamp - 25 * 3600,) * 2)
    os.utime(tmp_path / "uploads" / "today", (stamp - 23 * 3600,) * 2)
    sweep(tmp_path, now=now)
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["today"]


def test_a_home_without_uploads_has_nothing_to_sweep(tmp_path, now):
    sweep(tmp_path, now=now)
    assert list(tmp_path.iterdir()) == []
