import threading
import time
from contextlib import contextmanager

import pytest

from crm_core.errors import StoreError
from crm_core.ui.ahead import Ahead
from crm_core.ui.one_run import has_rest, reading_once

LONG = 20


@pytest.fixture(autouse=True)
def _short_rests(monkeypatch):
    monkeypatch.setattr("crm_core.ui.ahead.REST_SECONDS", 0.02)


@contextmanager
def working(reader):
    thread = threading.Thread(target=reader.work)
    thread.start()
    try:
        while not reader.is_working:
            time.sleep(0.001)
        yield
    finally:
        reader.end()
        thread.join(LONG)
        assert not thread.is_alive()


class Read:
    """What was read, in order; ``done`` is set with the value that was waited for."""

    def __init__(self, last):
        self.values, self.last, self.done = [], last, threading.Event()

    def value(self, value):
        self.values.append(value)
        if value == self.last:
            self.done.set()

    def refused(self, text):
        raise StoreError(text)

    def broken(self, text):
        raise ValueError(text)


def test_what_was_asked_for_last_is_read_first_and_nothing_twice():
    reader, read = Ahead(), Read(last="a")
    with working(reader):
        with reading_once():
            for value in ("a", "b", "a", "c"):
                reader.add(read.value, (value,), version=1)
        assert read.done.wait(LONG)
    assert read.values == ["c", "b", "a"]


def test_another_version_of_the_data_is_read_again():
    reader, read = Ahead(), Read(last="end")
    with working(reader):
        with reading_once():
            reader.add(read.value, ("end",), version=2)
            reader.add(read.value, ("a",), version=2)
            reader.add(read.value, ("a",), version=1)
        assert read.done.wait(LONG)
    assert read.values == ["a", "a", "end"]


def test_nothing_is_read_while_a_page_is_run():
    reader, read = Ahead(), Read(last="a")
    with working(reader):
        with reading_once():
            reader.add(read.value, ("a",), version=1)
            assert not read.done.wait(0.3)
        assert read.done.wait(LONG)


def test_a_reading_that_fails_is_left_to_the_page_and_names_no_value_in_the_log(caplog):
    reader, read = Ahead(), Read(last="end")
    with working(reader):
        with reading_once():
            reader.add(read.value, ("end",), version=1)
            reader.add(read.refused, ("ann@example.com",), version=1)
            reader.add(read.broken, ("ann@example.com",), version=1)
        assert read.done.wait(LONG)
    assert "ValueError in broken" in caplog.text
    assert "ann@example.com" not in caplog.text


def test_where_nobody_works_nothing_is_kept():
    reader, read = Ahead(), Read(last="a")
    reader.add(read.value, ("a",), version=1)
    with working(reader):
        assert not read.done.wait(0.2)


def test_a_rest_ends_with_the_server():
    ended = threading.Event()
    ended.set()
    assert not has_rest(LONG, ended=ended)
