"""Alarms about the access log: what the auditor is to look at, and what came of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from audit.models import Alarm, AuditEntry, GivenReason
from audit.selectors import alarms_at
from audit.services import record
from audit.services.alarms import AlreadySeenError, OwnAlarmError, acknowledge
from care.desk.alarm_form import AlarmForm
from care.desk.alarms import in_words
from care.desk.permissions import ON_ALARM, READS_ACCESS_LOG
from clinics.audit_words import GIVEN_REASONS
from clinics.domain.roles import Role
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access

ON_A_PAGE = 50


@access(READS_ACCESS_LOG)
@require_safe
@never_cache
def listed(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """List the alarms, those first that nobody has acknowledged."""
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    on_page = Paginator(alarms_at(clinic.pk), ON_A_PAGE).get_page(request.GET.get("side"))
    context = {"clinic": clinic, "rows": in_words(on_page), "on_page": on_page}
    return render(request, "desk/alarms.html", context)


@access(ON_ALARM)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def alarm(request: StaffRequest, clinic_slug: str, alarm_id: UUID) -> HttpResponse:
    """Show an alarm, or acknowledge it with a note: the auditor does, and not about themselves."""
    now = timezone.now()
    found = get_object_or_404(Alarm, pk=alarm_id)
    may_see = request.actor.role == Role.AUDITOR and found.staff_id != request.user.pk
    form = AlarmForm(request.POST if request.method == "POST" and may_see else None)
    if request.method == "POST" and form.is_valid():
        try:
            acknowledge(
                alarm_id=alarm_id, note=form.cleaned_data["note"], by=request.actor, now=now
            )
        except AlreadySeenError:
            messages.info(request, _("En annen har kvittert for varselet."))
        except OwnAlarmError:
            messages.warning(request, _("Varselet gjelder deg selv. En annen må kvittere for det."))
        else:
            messages.success(request, _("Du har kvittert for varselet."))
        return redirect("desk:alarms", clinic_slug)
    given = GivenReason.objects.filter(pk=found.given_id).first() if found.given_id else None
    opened = AuditEntry.objects.filter(action="reason.given", why_id=found.given_id).first()
    record(action="alarm.read", by=request.actor, now=now, object_id=alarm_id, reason=found.kind)
    [shown] = in_words([found])
    context = {
        "clinic": get_object_or_404(Clinic, slug=clinic_slug),
        "one": shown,
        "given": given,
        "given_code": GIVEN_REASONS.get(given.code, "") if given else "",
        "person": opened.patient_id if opened and given else None,
        "form": form if may_see and found.seen_at is None else None,
        "is_about_reader": found.staff_id == request.user.pk,
    }
    return render(request, "desk/alarm.html", context)
