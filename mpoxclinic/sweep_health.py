"""How the tasks of the beat schedule do: when each last ran, and whether it is overdue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mpoxclinic.celery import app
from notifications.models import SweepRun
from notifications.services.health import sweep_runs

DELIVERY = "notifications.tasks.deliver_due"
# How often a sweep is missed before it is overdue, and the least time before we say so.
MISSED, PATIENCE = 3, timedelta(minutes=2)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SweepHealth:
    """A task of the schedule. ``run`` is how it last ran, None when it never has."""

    task: str
    every: timedelta
    run: SweepRun | None
    overdue: bool

    @property
    def failed(self) -> bool:
        """Whether the last run that came to an end failed."""
        return bool(self.run and self.run.ended_at and not self.run.ok)

    @property
    def last_ok_at(self) -> datetime | None:
        return self.run.last_ok_at if self.run else None


def sweeps(*, now: datetime) -> list[SweepHealth]:
    """Return every task of the beat schedule, in its order; one query."""
    return list(_sweeps(app.conf.beat_schedule.values(), sweep_runs(), now))


def _sweeps(
    entries: Iterable[Mapping[str, Any]], runs: Mapping[str, SweepRun], now: datetime
) -> Iterable[SweepHealth]:
    # What never went well counts from the day the schedule was first followed: in a new
    # installation an hourly sweep is not late before its first hours are over.
    begun = min((run.first_started_at for run in runs.values()), default=None)
    for entry in entries:
        every = _interval(entry["schedule"])
        run = runs.get(entry["task"])
        since = (run.last_ok_at if run else None) or begun
        overdue = since is None or now - since > max(every * MISSED, PATIENCE)
        yield SweepHealth(task=entry["task"], every=every, run=run, overdue=overdue)


def _interval(schedule: object) -> timedelta:
    """Return how often a schedule comes; one by the clock, such as each night, counts as a day."""
    if isinstance(schedule, timedelta):
        return schedule
    return timedelta(seconds=schedule) if isinstance(schedule, int | float) else A_DAY
