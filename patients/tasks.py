from celery import shared_task
from django.utils import timezone

from patients.services import codes, links


@shared_task(name="patients.tasks.forget_expired")
def forget_expired() -> int:
    """Delete the codes and links whose time is over."""
    now = timezone.now()
    return codes.forget_expired(now=now) + links.forget_expired(now=now)
