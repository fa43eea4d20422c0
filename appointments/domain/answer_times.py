"""Until when somebody has to answer an offer: by day, never at night, never too late to come."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from clinics.domain.calendar import OSLO
from notifications.domain.timing import QUIET_FROM, QUIET_UNTIL

# Nobody is woken by an offer, nor loses it in their sleep. An offer is sent in no other hours than
# messages are: one that was counted from 21:30 would run while its message waited for morning.
NIGHT_FROM, NIGHT_UNTIL = QUIET_FROM, QUIET_UNTIL
LONGEST = timedelta(hours=4)
SHORTEST = timedelta(minutes=30)
# After the night's end there is time to read what came.
AFTER_WAKING = timedelta(hours=1)
# The answer must come so long before the time that is offered: the person has to get there.
TRAVEL = timedelta(hours=1)
# A time that begins sooner is for standby people only.
SOONEST = timedelta(hours=2)
# Standby: the time to answer is half of what is to spare, within these.
STANDBY_LONGEST = timedelta(minutes=10)
STANDBY_SHORTEST = timedelta(minutes=3)


@dataclass(frozen=True)
class QuietHours:
    """When somebody does not want to be disturbed, by the clock in Oslo; may pass midnight."""

    begin: time
    end: time

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment lies within. Two equal times mean never."""
        clock = moment.astimezone(OSLO).time()
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def end_after(self, moment: datetime) -> datetime:
        """Return the next time they end after a moment."""
        local = moment.astimezone(OSLO)
        ends = datetime.combine(local.date(), self.end, tzinfo=OSLO)
        if ends <= local:
            ends = datetime.combine(local.date() + timedelta(days=1), self.end, tzinfo=OSLO)
        return ends.astimezone(moment.tzinfo)

    def begin_before(self, moment: datetime) -> datetime:
        """Return the last time they began, at a moment or before it."""
        local = moment.astimezone(OSLO)
        began = datetime.combine(local.date(), self.begin, tzinfo=OSLO)
        if began > local:
            began = datetime.combine(local.date() - timedelta(days=1), self.begin, tzinfo=OSLO)
        return began.astimezone(moment.tzinfo)


NIGHT = QuietHours(NIGHT_FROM, NIGHT_UNTIL)


def may_disturb(moment: datetime, quiet: QuietHours | None) -> bool:
    """Tell whether a moment is neither night nor within somebody's quiet hours."""
    return not NIGHT.holds(moment) and not (quiet and quiet.holds(moment))


def may_be_read(moment: datetime) -> bool:
    """Tell whether a question asked now is sent and can be answered before the night."""
    return not NIGHT.holds(moment) and not NIGHT.holds(moment + STANDBY_SHORTEST)


def tell_at(now: datetime, quiet: QuietHours | None) -> datetime | None:
    """Return when to send an offer made now: at once, or when night and quiet hours are over.

    None when quiet hours and night leave no moment within a day.
    """
    moment = now
    for _ in range(4):
        if NIGHT.holds(moment):
            moment = NIGHT.end_after(moment)
        elif quiet and quiet.holds(moment):
            moment = quiet.end_after(moment)
        else:
            return moment
    return None


def time_answer_by(
    now: datetime, starts_at: datetime, quiet: QuietHours | None = None
) -> datetime | None:
    """Return until when to answer the offer of a time; None when there is no fair time to answer.

    The lesser of four hours and half of what is left until one must go there, counted from when
    the offer is sent. A deadline at night or in quiet hours becomes an hour after them; if that is
    too late, it is when they begin. Never less than half an hour, never within an hour of the time.
    """
    if starts_at - now < SOONEST:
        return None
    sent, latest = tell_at(now, quiet), starts_at - TRAVEL
    if sent is None or latest - sent < SHORTEST:
        return None
    answer_by = sent + max(SHORTEST, min(LONGEST, (latest - sent) / 2))
    if may_disturb(answer_by, quiet):
        return answer_by
    morning = tell_at(answer_by, quiet)
    if morning and morning + AFTER_WAKING <= latest and may_disturb(morning + AFTER_WAKING, quiet):
        return morning + AFTER_WAKING
    evening = _when_rest_began(answer_by, quiet)
    return evening if evening - sent >= SHORTEST else None


def _when_rest_began(moment: datetime, quiet: QuietHours | None) -> datetime:
    began = moment
    for hours in [NIGHT, *([quiet] if quiet else [])] * 2:
        if hours.holds(began):
            began = hours.begin_before(began)
        elif hours.holds(began - timedelta(microseconds=1)):
            began = hours.begin_before(began - timedelta(microseconds=1))
    return began


def standby_answer_by(now: datetime, limit: datetime, eta_minutes: int) -> datetime | None:
    """Return until when a standby person has to answer; None when they cannot be there in time.

    ``limit`` is when the vial or the clinic closes, whichever is first: they must be there before.
    They get half of what is to spare after their way there, ten minutes at most.
    """
    spare = limit - now - timedelta(minutes=eta_minutes)
    if spare < 2 * STANDBY_SHORTEST:
        return None
    return now + min(STANDBY_LONGEST, spare / 2)
