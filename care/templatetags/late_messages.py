"""Warns on every page for staff that messages are not sent."""

from django import template
from django.template import Context
from django.utils import timezone

from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD
from clinics.models import Staff
from clinics.selectors import clinics_worked_at
from notifications.services.health import late_by_clinic

register = template.Library()


@register.inclusion_tag("desk/late_messages.html", takes_context=True)
def late_messages(context: Context) -> dict[str, object]:
    """Say that messages of the reader's clinics should have been sent ten minutes ago; one query.

    The link leads to the clinic that has waited longest.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if not isinstance(user, Staff) or not user.is_authenticated:
        return {"late": None}
    now = timezone.now()
    clinics = clinics_worked_at(user.pk, AT_THE_BOARD, on=oslo_date(now))
    late = late_by_clinic(clinics, now=now)
    return {"late": late[0] if late else None, "now": now}
