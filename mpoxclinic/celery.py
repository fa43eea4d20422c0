"""The Celery application and the whole beat schedule.

Beat only starts sweeps; each sweep finds its work in rows. Nothing uses eta or countdown, so a
broker that loses everything loses no work.
"""

import logging
import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import after_setup_task_logger, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mpoxclinic.settings")

app = Celery("mpoxclinic", task_cls="mpoxclinic.recorded_task:RecordedTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "deliver due messages": {
        "task": "notifications.tasks.deliver_due",
        "schedule": 10.0,
        # A sweep lasts up to 50 seconds: those that pile up meanwhile must not keep others waiting.
        "options": {"expires": 10},
    },
    "expire holds": {
        "task": "appointments.tasks.expire_holds",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "offer free times to those who wait": {
        "task": "appointments.tasks.offer_free_times",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "take back invitations that cannot be met": {
        "task": "appointments.tasks.withdraw_unmeetable",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "take those off the lists who waited long enough": {
        "task": "appointments.tasks.expire_waits",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "free places of dose 2 without a dose 1": {
        "task": "appointments.tasks.drop_lone_next",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "remind of the next dose": {
        "task": "appointments.tasks.remind_of_next",
        # By day, as the clock in Oslo shows: at night nothing would be sent.
        "schedule": crontab(minute="5", hour="8-20"),
        "options": {"expires": 3600},
    },
    "plan the sessions whose cutoff has come": {
        "task": "appointments.tasks.start_due_repairs",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "move those who said yes to another time": {
        "task": "appointments.tasks.finish_due_repairs",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "tell of times for a group": {
        "task": "appointments.tasks.send_waves",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "drop old wishes to be told": {
        "task": "appointments.tasks.drop_old_interests",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "alert clinics to urgent cases": {
        "task": "eligibility.tasks.alert_to_urgent_cases",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "drop days of exposure": {
        "task": "eligibility.tasks.drop_exposure_days",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "seal the access log": {
        "task": "audit.tasks.seal_entries",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tell the auditors what to look at": {
        "task": "audit.tasks.raise_alarms",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "forget used codes and links": {
        "task": "patients.tasks.forget_expired",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "let go of what is kept no longer": {
        "task": "care.tasks.let_go",
        "schedule": crontab(minute="40", hour="3"),
        "options": {"expires": 6 * 3600},
    },
}


@worker_init.connect
def _refuse_unsafe_start(**_of_worker: object) -> None:
    from mpoxclinic.startup import refuse_unsafe_start  # noqa: PLC0415  # Django is ready by now

    refuse_unsafe_start()


@after_setup_task_logger.connect
def _mask_as_elsewhere(**_of_logging: object) -> None:
    """Take from Celery's loggers the handlers it gave them: only the root's masks."""
    for name in ("celery.task", "multiprocessing"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
