from datetime import UTC, datetime, timedelta

import pytest

from notifications.domain.retrying import may_repeat, next_attempt_at

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120)])
def test_each_failed_attempt_is_waited_for_longer(attempts: int, minutes: int) -> None:
    assert next_attempt_at(attempts=attempts, now=NOW) == NOW + timedelta(minutes=minutes)


def test_the_fifth_failed_attempt_is_the_last() -> None:
    assert next_attempt_at(attempts=5, now=NOW) is None


def test_an_interrupted_sms_may_be_repeated_until_the_attempts_are_used_up() -> None:
    assert may_repeat("sms", attempts=4)
    assert not may_repeat("sms", attempts=5)


def test_an_interrupted_email_may_never_be_repeated() -> None:
    assert not may_repeat("email", attempts=1)
