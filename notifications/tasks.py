import logging

from celery import shared_task
from django.utils import timezone

from notifications.services import delivery

logger = logging.getLogger(__name__)


@shared_task(name="notifications.tasks.deliver_due")
def deliver_due() -> dict[str, int]:
    """Send the messages that are due."""
    counts = delivery.sweep(now=timezone.now)
    if counts:
        logger.info("messages: %s", ", ".join(f"{n} {state.value}" for state, n in counts.items()))
    return {state.value: number for state, number in counts.items()}
