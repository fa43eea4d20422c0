"""No offer runs out unseen: its deadline is counted from when its message may be sent."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from appointments.domain.answer_times import SHORTEST, QuietHours, tell_at, time_answer_by
from clinics.domain.calendar import OSLO
from notifications.domain.timing import Timing, allowed_at

EVENING = datetime(2026, 11, 25, 21, 30, tzinfo=OSLO)
NOON = QuietHours(time(12), time(14))
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, st.integers(120, 14 * 24 * 60), st.sampled_from([None, NOON]))
@example(EVENING, 15 * 60, None)
def test_there_is_half_an_hour_by_day_after_the_message_may_be_sent(moment, minutes, quiet):
    until = time_answer_by(moment, moment + timedelta(minutes=minutes), quiet)
    if until is None:
        return
    sent = allowed_at(Timing.DAY, tell_at(moment, quiet) or moment)
    assert until - sent >= SHORTEST
    assert allowed_at(Timing.DAY, until - timedelta(microseconds=1)) < until


def test_an_offer_of_the_late_evening_is_counted_from_the_morning():
    until = time_answer_by(EVENING, EVENING + timedelta(days=2))
    assert tell_at(EVENING, None) == datetime(2026, 11, 26, 8, tzinfo=OSLO)
    assert until == datetime(2026, 11, 26, 12, tzinfo=OSLO)
