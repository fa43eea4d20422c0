from celery import shared_task
from django.utils import timezone

from care.retention import sweep


@shared_task(name="care.tasks.let_go")
def let_go() -> dict[str, int]:
    """Delete or strip what the retention schedule says is kept no longer."""
    return {went.kind.code: went.number for went in sweep.let_go(now=timezone.now())}
