from datetime import timedelta

from crm_core.web.throttle import Throttle

MINUTE = timedelta(minutes=1)


def test_an_address_waits_after_its_limit_until_the_window_has_passed(now):
    throttle = Throttle(limit=2, window=10 * MINUTE)
    throttle.note("a", now=now)
    assert not throttle.is_exhausted("a", now=now)
    throttle.note("a", now=now + MINUTE)
    assert throttle.is_exhausted("a", now=now + 9 * MINUTE)
    assert not throttle.is_exhausted("a", now=now + 10 * MINUTE)


def test_addresses_do_not_wait_for_one_another(now):
    throttle = Throttle(limit=1, window=MINUTE)
    throttle.note("a", now=now)
    assert not throttle.is_exhausted("b", now=now)


def test_it_remembers_a_bounded_number_of_addresses(now):
    throttle = Throttle(limit=1, window=MINUTE, addresses=2)
    for address in "abc":
        throttle.note(address, now=now)
    assert [throttle.is_exhausted(address, now=now) for address in "abc"] == [False, True, True]
