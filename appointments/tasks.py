from celery import shared_task
from django.utils import timezone

from appointments.services import holding


@shared_task(name="appointments.tasks.expire_holds")
def expire_holds() -> None:
    """Free the seats of holds that have run out."""
    holding.expire_holds(now=timezone.now())
