"""Who is under observation after the dose, as the board shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from appointments.domain.observing import minutes_left
from appointments.models import Appointment
from vaccinations.selectors.reactions import under_way

# So long the board shows whom somebody has let go, with the way back.
SHOWN_AFTER_RELEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Observed:
    """A person who stays after the dose. ``over``: the time is up, and somebody must let them go.

    ``reaction_id`` is a reaction that goes on: then its sheet is to be ended first.
    """

    appointment: Appointment
    until: datetime
    minutes_left: int
    over: bool
    reaction_id: UUID | None = None


def observing_of(people: Iterable[Appointment], *, now: datetime) -> tuple[Observed, ...]:
    """Tell who of a day's people is under observation, the first to go on top.

    Reactions that go on come before all others. One query, none where nobody is observed.
    """
    here = [one for one in people if one.observe_until and one.released_at is None]
    reactions = under_way(one.dose_id for one in here if one.dose_id) if here else {}
    observed = [
        Observed(
            appointment=one,
            until=one.observe_until,
            minutes_left=minutes_left(one.observe_until, now),
            over=now >= one.observe_until,
            reaction_id=reactions.get(one.dose_id) if one.dose_id else None,
        )
        for one in here
        if one.observe_until is not None
    ]
    return tuple(sorted(observed, key=lambda one: (one.reaction_id is None, one.until)))


def just_released_of(people: Iterable[Appointment], *, now: datetime) -> tuple[Appointment, ...]:
    """Tell who of a day's people was let go a moment ago, the last on top. No query."""
    gone = [
        one
        for one in people
        if one.released_at is not None and now - one.released_at < SHOWN_AFTER_RELEASE
    ]
    return tuple(sorted(gone, key=lambda one: one.released_at or now, reverse=True))
