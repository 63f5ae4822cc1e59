import threading

from crm_core.errors import StoreError
from crm_core.ui.ahead import Ahead
from crm_core.ui.one_run import has_rest, reading_once

LONG = 20


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
    reader, read = Ahead(rest_seconds=0.02), Read(last="a")
    with reader.working():
        with reading_once():
            for value in ("a", "b", "a", "c"):
                reader.add(read.value, (value,), version=1)
        assert read.done.wait(LONG)
    assert read.values == ["c", "b", "a"]


def test_another_version_of_the_data_is_read_again():
    reader, read = Ahead(rest_seconds=0.02), Read(last="end")
    with reader.working():
        with reading_once():
            reader.add(read.value, ("end",), version=2)
            reader.add(read.value, ("a",), version=2)
            reader.add(read.value, ("a",), version=1)
        assert read.done.wait(LONG)
    assert read.values == ["a", "a", "end"]


def test_nothing_is_read_while_a_page_is_run():
    reader, read = Ahead(rest_seconds=0.02), Read(last="a")
    with reader.working():
        with reading_once():
            reader.add(read.value, ("a",), version=1)
            assert not read.done.wait(0.3)
        assert read.done.wait(LONG)


def test_a_reading_that_fails_is_left_to_the_page_and_names_no_value_in_the_log(caplog):
    reader, read = Ahead(rest_seconds=0.02), Read(last="end")
    with reader.working():
        with reading_once():
            reader.add(read.value, ("end",), version=1)
            reader.add(read.refused, ("ann@example.com",), version=1)
            reader.add(read.broken, ("ann@example.com",), version=1)
        assert read.done.wait(LONG)
    assert "ValueError in broken" in caplog.text
    assert "ann@example.com" not in caplog.text


def test_where_nobody_works_nothing_is_kept():
    reader, read = Ahead(rest_seconds=0.02), Read(last="a")
    reader.add(read.value, ("a",), version=1)
    with reader.working():
        assert not read.done.wait(0.2)


def test_no_thread_is_left_when_the_server_ends():
    reader, read = Ahead(rest_seconds=LONG), Read(last="a")
    with reader.working():
        reader.add(read.value, ("a",), version=1)
    assert "ahead" not in {thread.name for thread in threading.enumerate()}


def test_a_rest_ends_with_the_server():
    ended = threading.Event()
    ended.set()
    assert not has_rest(LONG, ended=ended)
