"""The product's Celery application, with the sweep alone, more often, and by the sender's clock."""

import os
from types import SimpleNamespace

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.sender.settings"

from celery.signals import import_modules

from mpoxclinic.celery import app

app.conf.beat_schedule = {
    "deliver due messages": {
        **app.conf.beat_schedule["deliver due messages"],
        "schedule": 0.5,
    }
}


@import_modules.connect(weak=False)
def go_by_the_senders_clock(**_: object) -> None:
    """Once Django is ready: the task asks this clock instead of Django's."""
    from notifications import tasks
    from tests.faults.sender import clock

    tasks.timezone = SimpleNamespace(now=clock.now)  # type: ignore[assignment]
