from celery import shared_task
from django.conf import settings
from django.utils import timezone

from audit.domain.alarms import Limits
from audit.services import alarms, sealing


@shared_task(name="audit.tasks.seal_entries")
def seal_entries() -> int:
    """Seal what the access log has got since the last seal."""
    return sealing.seal_entries(now=timezone.now())


@shared_task(name="audit.tasks.raise_alarms")
def raise_alarms() -> int:
    """Tell the auditors of what they should look at."""
    limits = Limits(settings.ALARM_PEOPLE_IN_AN_HOUR, settings.ALARM_WITHOUT_TIE_IN_A_DAY)
    return alarms.raise_alarms(now=timezone.now(), limits=limits, zone=settings.TIME_ZONE)
