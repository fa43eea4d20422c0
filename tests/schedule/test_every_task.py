"""Every task of the beat schedule leaves a row that tells how it ran, also when it fails."""

import pytest
from django.utils import timezone

from mpoxclinic.celery import app
from notifications.models import SweepRun

app.loader.import_default_modules()
TASKS = sorted({entry["task"] for entry in app.conf.beat_schedule.values()})


@pytest.mark.django_db(transaction=True)
def test_every_task_of_the_schedule_is_recorded() -> None:
    for name in TASKS:
        app.tasks[name]()
    assert set(SweepRun.objects.filter(ok=True).values_list("name", flat=True)) == set(TASKS)


@pytest.mark.django_db
def test_a_task_that_fails_is_recorded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_given: object) -> int:
        raise ZeroDivisionError("Alice")

    monkeypatch.setattr("appointments.services.holding.expire_holds", broken)
    with pytest.raises(ZeroDivisionError):
        app.tasks["appointments.tasks.expire_holds"]()
    recorded = SweepRun.objects.get(name="appointments.tasks.expire_holds")
    assert (recorded.ok, recorded.fault.partition(" ")[0]) == (False, "ZeroDivisionError")
    assert recorded.started_at <= timezone.now()
