"""Finding who has come: one box, for keys and for a scanner. What is sought is in no address."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.status import Status
from appointments.models import ClinicSession
from appointments.selectors.day import is_under_way
from audit.services import record, record_many
from care.dayboard.find_form import DeskSearchForm
from care.dayboard.found_words import row_of
from care.dayboard.permissions import ON_SESSION
from care.dayboard.typed import Typed
from care.dayboard.views.board import session_or_404
from care.services.desk_search import Found, Wanted, find_at_desk
from clinics.domain.calendar import oslo_date
from clinics.permissions import StaffRequest, access
from limits.refusal import limited
from limits.rules import LOOK_UP
from patients.domain.id_numbers import birth_dates_of


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(LOOK_UP)
def find(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Search; one who is expected or waits is opened at once, all others with what is so."""
    now = timezone.now()
    session = session_or_404(session_id)
    posted = request.POST if request.method == "POST" else None
    form = DeskSearchForm(posted, today=oslo_date(now))
    context = {"session": session, "now": now, "form": form}
    if not form.is_valid():
        return render(request, "dayboard/find.html", context)
    typed: Typed = form.cleaned_data["what"]
    found = find_at_desk(session, _wanted(typed), now=now)
    unknown_number = typed.number is not None and not found
    # How often somebody searches, by what and with what luck, not for whom.
    record(
        action="search.done",
        by=request.actor,
        now=now,
        object_id=session.clinic_id,
        reason=f"{_sought_by(typed)}: {len(found)}",
    )
    if typed.number is not None and not found:
        found = _born_as(typed, session, now=now)
    straight = _only_one(found, now=now) if not unknown_number else ""
    if straight:
        return redirect(straight)
    record_many(
        action="search.read",
        by=request.actor,
        now=now,
        patients=dict.fromkeys([each.patient.pk for each in found], session.clinic_id),
    )
    context |= {
        "searched": True,
        "rows": [row_of(each, session, now=now) for each in found],
        "typed": typed,
        "unknown_number": unknown_number,
    }
    return render(request, "dayboard/find.html", context)


def _only_one(found: list[Found], *, now: datetime) -> str:
    """Return the page of the only one who fits, and is expected or waits today; else ""."""
    one = found[0].appointment if len(found) == 1 else None
    if one is None or not found[0].is_here or not is_under_way(one.slot.session, now):
        return ""
    if one.status == Status.BOOKED:
        return reverse("dayboard:arrive", args=[one.slot.session_id, one.pk]) + "?fra=finn"
    if one.status == Status.ARRIVED:
        return reverse("dayboard:person", args=[one.slot.session_id, one.pk])
    return ""


def _sought_by(typed: Typed) -> str:
    told = {
        "code": typed.code,
        "id_number": typed.number,
        "birth_date": typed.born,
        "name": typed.name,
    }
    return "+".join(name for name, value in told.items() if value)


def _wanted(typed: Typed) -> Wanted:
    return Wanted(
        code=typed.code,
        number=typed.number,
        born=(typed.born,) if typed.born else (),
        name=typed.name,
    )


def _born_as(typed: Typed, session: ClinicSession, *, now: datetime) -> list[Found]:
    """Find those born on the day that a number tells, where nobody has the number itself."""
    assert typed.number is not None
    born = birth_dates_of(typed.number, allow_synthetic=settings.DEMO)
    return find_at_desk(session, Wanted(born=born), now=now) if born else []
