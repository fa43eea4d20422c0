"""The access log of a clinic: looking through it, finding a person in it, taking it along."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.models import AuditEntry
from audit.selectors import unseen_alarms
from audit.services import record, record_many
from care.csv_file import csv_text
from care.desk.access_log import (
    MOST,
    Chosen,
    action_choices,
    entries_at,
    in_words,
    known_person,
    lines,
    staff_at,
)
from care.desk.callers_forms import FindForm
from care.desk.permissions import READS_ACCESS_LOG
from care.services.known_people import find_people
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from limits.refusal import limited
from limits.rules import LOOK_UP

ON_A_PAGE = 50
MOST_FOUND = 20


class NewestFirst(Paginator[AuditEntry]):
    """Pages of the newest entries; counts no further than these."""

    @cached_property
    def count(self) -> int:
        """Count up to the most that a list has."""
        rows: Any = self.object_list
        return int(rows[:MOST].count())


@access(READS_ACCESS_LOG)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Show the entries that are chosen in the address, the newest first."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    chosen = Chosen.of(request.GET)
    on_page = NewestFirst(entries_at(clinic.pk, chosen), ON_A_PAGE).get_page(
        request.GET.get("side")
    )
    rows = in_words(on_page)
    _record(request, "access_log.read", clinic, chosen, now)
    context = {
        "clinic": clinic,
        "rows": rows,
        "on_page": on_page,
        "chosen": chosen,
        "person": known_person(clinic.pk, chosen.person),
        "staff": staff_at(clinic.pk),
        "actions": action_choices(),
        "most": MOST,
        "alarms": unseen_alarms([clinic.pk]).get(clinic.pk, 0),
    }
    return render(request, "desk/access_log.html", context)


@access(READS_ACCESS_LOG)
@limited(LOOK_UP)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Find a person, to see who has read about them; the only one who fits is shown at once.

    What is searched for is in no address.
    """
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    form = FindForm(request.POST if request.method == "POST" else None, today=oslo_date(now))
    context = {"clinic": clinic, "form": form}
    if form.is_valid():
        found = find_people(
            clinic.pk,
            born=form.cleaned_data["birth_date"],
            name=form.cleaned_data["name"],
            contact=form.cleaned_data["contact"],
            id_number=form.cleaned_data["id_number"],
        )
        by, reason = request.actor, f"{form.searched_by()}: {len(found)}"
        record(action="search.done", by=by, now=now, object_id=clinic.pk, reason=reason)
        if len(found) == 1:
            log = reverse("desk:access_log", args=[clinic.slug])
            return redirect(f"{log}?{Chosen(person=found[0].pk).address}")
        shown = found if len(found) <= MOST_FOUND else []
        record_many(
            action="search.read",
            by=by,
            now=now,
            patients=dict.fromkeys([one.pk for one in shown], clinic.pk),
            reason="access_log",
        )
        context |= {"searched": True, "found": shown, "too_many": len(found) > MOST_FOUND}
    return render(request, "desk/access_log_person.html", context)


@access(READS_ACCESS_LOG)
@require_safe
@never_cache
def as_csv(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Hand out what is chosen as CSV: ids of people, no names."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    chosen = Chosen.of(request.GET)
    rows = in_words(entries_at(clinic.pk, chosen)[:MOST])
    _record(request, "access_log.exported", clinic, chosen, now)
    answer = HttpResponse(csv_text(lines(rows)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="innsyn-{oslo_date(now):%Y-%m-%d}.csv"'
    return answer


def _record(
    request: StaffRequest, action: str, clinic: Clinic, chosen: Chosen, now: datetime
) -> None:
    record(
        action=action,
        by=request.actor,
        now=now,
        patient_id=chosen.person,
        object_id=clinic.pk,
        reason=chosen.named,
    )
