"""Doses that are to be entered in the national register: list, export, marks (R38)."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.services import record_many
from care.desk.permissions import AT_DESK, ON_REPORT
from care.desk.registry import csv_of, days_of, exported, shown
from care.desk.registry_forms import RegisteredForm
from care.services.list_reads import record_list_read
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from vaccinations.selectors.registry import ToRegister, lately_registered, to_register
from vaccinations.services.registry import NotRegisteredError, mark_registered, take_back

ON_A_PAGE = 100


@access(AT_DESK)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List what is due, the earliest deadline on top, and what was marked last."""
    return _page(request, clinic_slug, now=timezone.now())


@access(AT_DESK)
@never_cache
def mark(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Note that the chosen ones stand in the register."""
    if request.method != "POST":
        return redirect("desk:registry", clinic_slug)
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = to_register(clinic.pk, now=now)
    form = RegisteredForm(request.POST, since=days_of(found), today=oslo_date(now))
    if not form.is_valid():
        return _page(request, clinic_slug, now=now, form=form, found=found)
    number = mark_registered(
        clinic_id=clinic.pk,
        doses=form.marks,
        on=form.cleaned_data["on"],
        reference=form.cleaned_data["reference"],
        by=request.actor,
        now=now,
    )
    if number:
        words = ngettext("%(n)d er merket som ført.", "%(n)d er merket som ført.", number)
        messages.success(request, words % {"n": number})
    else:
        messages.info(request, _("Alt du krysset av for, var merket allerede."))
    return redirect("desk:registry", clinic_slug)


@access(ON_REPORT)
def undo(request: StaffRequest, clinic_slug: str, report_id: UUID) -> HttpResponse:
    """Take back a mark that was made by mistake."""
    if request.method == "POST":
        try:
            take_back(report_id=report_id, by=request.actor, now=timezone.now())
        except NotRegisteredError:
            messages.info(request, _("Det var ikke noe å angre."))
        else:
            messages.success(request, _("Angret. Den står på listen igjen."))
    return redirect("desk:registry", clinic_slug)


@access(AT_DESK)
@require_safe
@never_cache
def as_csv(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Answer with all that is due, for a spreadsheet."""
    clinic, found = _exported(request, clinic_slug, now=timezone.now())
    text = csv_of(exported(found, clinic_name=clinic.name))
    return _file(HttpResponse(text, content_type="text/csv; charset=utf-8"), "csv")


@access(AT_DESK)
@require_safe
@never_cache
def as_json(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Answer with all that is due, for another system."""
    clinic, found = _exported(request, clinic_slug, now=timezone.now())
    rows = exported(found, clinic_name=clinic.name)
    return _file(JsonResponse({"doser": rows}, json_dumps_params={"ensure_ascii": False}), "json")


def _exported(
    request: StaffRequest, clinic_slug: str, *, now: datetime
) -> tuple[Clinic, list[ToRegister]]:
    """Read what is due, and record each person of it: the whole list leaves the system."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = to_register(clinic.pk, now=now)
    record_many(
        action="registry.exported",
        by=request.actor,
        now=now,
        patients={row.dose.patient_id: row.dose.pk for row in found},
    )
    return clinic, found


def _file(response: HttpResponse, kind: str) -> HttpResponse:
    # A neutral name: it lies among other downloads.
    response["Content-Disposition"] = f'attachment; filename="til-registrering.{kind}"'
    return response


def _page(
    request: StaffRequest,
    clinic_slug: str,
    *,
    now: datetime,
    form: RegisteredForm | None = None,
    found: list[ToRegister] | None = None,
) -> HttpResponse:
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    found = to_register(clinic.pk, now=now) if found is None else found
    on_page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("side"))
    rows = shown(on_page)
    lately = list(lately_registered(clinic.pk))
    record_list_read(
        request.session,
        action="registry_list.read",
        list_id=clinic.pk,
        patient_ids=[
            *(one.patient.pk for one in rows),
            *(report.dose.patient_id for report in lately),
        ],
        by=request.actor,
        now=now,
    )
    form = form or RegisteredForm(since=days_of(found), today=oslo_date(now))
    context = {
        "clinic": clinic,
        "rows": rows,
        "on_page": on_page,
        "number": len(found),
        "overdue": sum(one.due.overdue for one in found),
        "lately": lately,
        "form": form,
        "chosen": set(request.POST.getlist("dose")),
    }
    return render(request, "desk/registry.html", context)
