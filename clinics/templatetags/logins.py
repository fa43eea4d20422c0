"""For how long a log-in lasts without use."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def idle_seconds() -> int:
    """Return after how many seconds without use a log-in ends."""
    return int(settings.STAFF_IDLE.total_seconds())
