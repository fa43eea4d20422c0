from celery import shared_task
from django.utils import timezone

from patients.services import activations, codes, links


@shared_task(name="patients.tasks.forget_expired")
def forget_expired() -> int:
    """Delete the codes, links and activated browsers whose time is over."""
    now = timezone.now()
    return sum(kind.forget_expired(now=now) for kind in (codes, links, activations))
