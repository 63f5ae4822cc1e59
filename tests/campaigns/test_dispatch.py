from datetime import timedelta

import pytest

from crm_core.campaigns.delivery import TransportError
from crm_core.campaigns.dispatch import outcome
from crm_core.store.outbox import Status


def after(fault, attempts, now):
    return outcome(fault, attempts=attempts, max_attempts=5, now=now)


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 5), (1, 20), (2, 80), (3, 320)])
def test_each_refusal_for_now_waits_four_times_as_long(now, attempts, minutes):
    found = after(TransportError("451 later", code=451), attempts, now)
    assert (found.status, found.smtp_code) == (Status.QUEUED, 451)
    assert found.not_before == now + timedelta(minutes=minutes)


def test_the_last_refusal_for_now_is_one_for_good(now):
    found = after(TransportError("451 later", code=451), 4, now)
    assert (found.status, found.reason) == (Status.FAILED, "Given up after 5 attempts: 451 later")


def test_a_refusal_for_good_is_not_tried_again(now):
    assert after(TransportError("550 no", code=550, permanent=True), 0, now).status is Status.FAILED


def test_what_may_have_arrived_is_uncertain_whatever_else_is_known(now):
    assert after(TransportError("broke", uncertain=True, permanent=True), 4, now).status is Status.UNKNOWN
