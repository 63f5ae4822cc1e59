import pytest

from crm_core.ui.one_run import once, reading_once


class Counter:
    def __init__(self):
        self.read = 0

    def __call__(self):
        self.read += 1
        return self.read


def test_a_run_reads_once():
    count = Counter()
    with reading_once():
        assert [once("a", count, commits=0), once("a", count, commits=0)] == [1, 1]
        assert once("b", count, commits=0) == 2


def test_what_was_changed_in_the_run_is_read_again():
    count = Counter()
    with reading_once():
        once("a", count, commits=0)
        assert once("a", count, commits=1) == 2


def test_the_next_run_and_what_is_outside_one_read_anew():
    count = Counter()
    for _ in range(2):
        with reading_once():
            once("a", count, commits=0)
    once("a", count, commits=0)
    once("a", count, commits=0)
    assert count.read == 4


def test_a_run_that_was_broken_off_leaves_nothing_behind():
    count = Counter()

    def broken_off():
        with reading_once():
            once("a", count, commits=0)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert once("a", count, commits=0) == 2
