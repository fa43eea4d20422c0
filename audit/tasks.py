from celery import shared_task
from django.utils import timezone

from audit.services import sealing


@shared_task(name="audit.tasks.seal_entries")
def seal_entries() -> int:
    """Seal what the access log has got since the last seal."""
    return sealing.seal_entries(now=timezone.now())
