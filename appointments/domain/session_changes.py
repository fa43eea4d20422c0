"""What a planner wants to do with a session that people have times in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from appointments.domain.rearranging import Rearranging


@dataclass(frozen=True)
class SessionShape:
    """When a session is, how many can come at once, and the vials set aside for them."""

    starts_at: datetime
    ends_at: datetime
    stations: int
    vials: int


@dataclass(frozen=True)
class Wish:
    """What to do, and the session as it shall be; a cancelled one keeps its shape."""

    what: Rearranging
    shape: SessionShape


def follows_by(wish: Wish, opened_at: datetime) -> timedelta:
    """Return how far everybody's time is shifted: only when the whole session is moved.

    In real time, so that a night when the clocks change shifts nobody twice.
    """
    if wish.what is not Rearranging.MOVE:
        return timedelta(0)
    return timedelta(seconds=wish.shape.starts_at.timestamp() - opened_at.timestamp())
