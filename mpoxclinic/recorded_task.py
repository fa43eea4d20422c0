"""Tasks whose every run is recorded, if the beat schedule names them."""

from collections.abc import Mapping
from typing import Any

from celery import Task
from django.utils import timezone

from notifications.services.sweeps import recorded


class RecordedTask(Task):  # type: ignore[type-arg]
    """The project's kind of task. What a sweep returns, counts or one number, is kept with its run.

    It is the class of all tasks, so that a new sweep cannot be forgotten.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task, recorded."""
        if self.name not in {entry["task"] for entry in self.app.conf.beat_schedule.values()}:
            return super().__call__(*args, **kwargs)
        with recorded(self.name, now=timezone.now) as counts:
            did = super().__call__(*args, **kwargs)
            counts.update(did if isinstance(did, Mapping) else {"done": did or 0})
        return did
