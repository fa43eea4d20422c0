from celery import shared_task
from django.utils import timezone

from care.retention.sweep import let_go


@shared_task(name="care.tasks.let_go")
def let_go_of_what_is_over() -> dict[str, int]:
    """Delete or strip what the retention schedule says is kept no longer."""
    return {went.kind.code: went.number for went in let_go(now=timezone.now())}
