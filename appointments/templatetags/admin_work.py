"""The top of the admin's front page: where the user's work is, clinic by clinic."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from appointments.domain.session_states import RUNNING, SessionState
from appointments.models import ClinicSession
from appointments.selectors.day import is_under_way
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD
from clinics.models import Clinic
from clinics.role_admin import OFFICE, clinics_open_to, works_at
from notifications.selectors import unreached_lately

SHOWN = 3  # coming sessions; the list has them all

register = template.Library()


@dataclass
class Work:
    """A clinic of the user's. ``at_board``: the boards open for the user."""

    clinic: Clinic
    at_board: bool
    today: list[ClinicSession] = field(default_factory=list)
    coming: list[ClinicSession] = field(default_factory=list)
    more: int = 0
    drafts: int = 0
    unreached: int = 0


@register.inclusion_tag("admin/appointments/work.html", takes_context=True)
def admin_work(context: dict[str, Any]) -> dict[str, Any]:
    """Show each clinic's boards, coming sessions, and messages that did not arrive.

    Four queries however many clinics there are.
    """
    request: HttpRequest = context["request"]
    now = timezone.now()
    open_to = clinics_open_to(request, OFFICE)
    clinics = Clinic.objects.order_by("city", "name")
    found = list(clinics if open_to is None else clinics.filter(pk__in=open_to))
    by_clinic = defaultdict(list)
    for session in _sessions(found):
        by_clinic[session.clinic_id].append(session)
    unreached = unreached_lately([clinic.pk for clinic in found], now=now)
    works = []
    for clinic in found:
        sessions = by_clinic[clinic.pk]
        running = [one for one in sessions if one.state in RUNNING]
        coming = [one for one in running if not is_under_way(one, now) and one.starts_at > now]
        works.append(
            Work(
                clinic=clinic,
                at_board=works_at(request, clinic.pk, AT_THE_BOARD),
                today=[one for one in running if is_under_way(one, now)],
                coming=coming[:SHOWN],
                more=max(0, len(coming) - SHOWN),
                drafts=sum(one.state == SessionState.DRAFT for one in sessions),
                unreached=unreached.get(clinic.pk, 0),
            )
        )
    return {"works": works}


def _sessions(clinics: list[Clinic]) -> QuerySet[ClinicSession]:
    today = oslo_date(timezone.now())
    return (
        ClinicSession.objects.filter(clinic__in=clinics, date__gte=today)
        .exclude(state=SessionState.CANCELLED)
        .order_by("starts_at", "pk")
    )
