from datetime import timedelta

import pytest

from notifications.domain.lateness import LATE_AFTER, late_when_due_by, waited_before
from notifications.domain.retrying import next_attempt_at
from tests.notifications.sample_kind import NOW


@pytest.mark.parametrize("attempts", range(5))
def test_each_failed_attempt_puts_off_the_time_but_not_the_lateness(attempts: int) -> None:
    due_at = NOW
    for number in range(1, attempts + 1):
        again = next_attempt_at(attempts=number, now=due_at)
        assert again is not None
        due_at = again
    assert due_at - waited_before(attempts) == NOW
    late_at = NOW + LATE_AFTER
    assert due_at <= late_when_due_by(attempts, late_at)
    assert due_at > late_when_due_by(attempts, late_at - timedelta(seconds=1))
