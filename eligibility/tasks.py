from celery import shared_task
from django.utils import timezone

from eligibility.services import case_alerts, exposure_days


@shared_task(name="eligibility.tasks.alert_to_urgent_cases")
def alert_to_urgent_cases() -> int:
    """Alert clinics to cases that are overdue, or will be within 12 hours."""
    return case_alerts.alert_to_urgent_cases(now=timezone.now())


@shared_task(name="eligibility.tasks.drop_exposure_days")
def drop_exposure_days() -> int:
    """Drop the days of exposures that mean nothing any more."""
    return exposure_days.drop_exposure_days(now=timezone.now())
