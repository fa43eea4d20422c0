"""Warns on the pages around the board of a vial whose window is about to end."""

from datetime import datetime

from django import template
from django.template import Context
from django.utils import timezone

from appointments.models import ClinicSession
from care.dayboard.vials import ending_soon, said_of

register = template.Library()


@register.inclusion_tag("dayboard/vial_warnings_live.html", takes_context=True)
def vial_warnings(
    context: Context, session: ClinicSession, now: datetime | None = None
) -> dict[str, object]:
    """Show the open vials that end within twenty minutes, and keep that fresh; one query."""
    ending = ending_soon(session, now=now or timezone.now())
    user = context["request"].user
    said = said_of(ending, to=user.pk)
    return {"session": session, "ending": ending, "said": said, "user": user}
