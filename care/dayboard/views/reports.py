"""The report of a day: as a page that prints, and as CSV; and reopening a day."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from appointments.domain.day_numbers import DayNumbers, from_snapshot
from appointments.models import ClinicSession
from appointments.selectors.closing import closing_of, closings_of
from appointments.services.closing import NotEndedError, ReopenReasonMissingError, reopen_day
from care.csv_file import csv_text
from care.dayboard.closing_forms import ReopenForm
from care.dayboard.permissions import READS_REPORT, REOPENS_DAY
from care.dayboard.report_words import WHY, csv_rows
from care.dayboard.views.board import session_or_404
from care.services.day_report import day_numbers, vials_used
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.permissions import StaffRequest, access, may


@access(READS_REPORT)
@require_safe
@never_cache
def report(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show a day's figures as they are, and what they were when it was ended."""
    session, now = session_or_404(session_id), timezone.now()
    numbers, closing = day_numbers(session), closing_of(session.pk)
    today = oslo_date(now)
    then = from_snapshot(closing.numbers) if closing else None
    context = {
        "session": session,
        "now": now,
        "numbers": numbers,
        "why": [(WHY[why], number) for why, number in numbers.why],
        "closing": closing,
        "closings": closings_of(session.pk),
        "changed": then is not None and then != numbers,
        "then": then,
        "used": vials_used(session),
        "may_reopen": bool(closing) and may(request.user, session.clinic_id, Role.ADMIN, on=today),
        "at_board": may(request.user, session.clinic_id, *AT_THE_BOARD, on=today),
        "reads_all": may(request.user, session.clinic_id, Role.LEAD, Role.ADMIN, on=today),
    }
    return render(request, "dayboard/day_report.html", context)


@access(READS_REPORT)
@require_safe
@never_cache
def report_csv(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Hand out a day's figures as CSV: no names in it."""
    session = session_or_404(session_id)
    return csv_of([(session, day_numbers(session))], name=f"dag-{session.date:%Y-%m-%d}")


def csv_of(days: list[tuple[ClinicSession, DayNumbers]], *, name: str) -> HttpResponse:
    """Return figures as a file that a spreadsheet opens, a day a line."""
    headings = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    text = csv_text(csv_rows(days))
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headings)


@access(REOPENS_DAY)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reopen(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Ask why, and open a day again that was ended."""
    session, now = session_or_404(session_id), timezone.now()
    closing = closing_of(session.pk)
    if closing is None:
        messages.info(request, _("Dagen er åpen."))
        return redirect("dayboard:day_report", session.pk)
    posted = request.POST if request.method == "POST" else None
    form = ReopenForm(posted, initial={"closing": closing.pk})
    if not form.is_valid():
        context = {"session": session, "now": now, "form": form, "closing": closing}
        return render(request, "dayboard/reopen_day.html", context)
    try:
        reopen_day(
            session_id=session.pk,
            closing_id=form.cleaned_data["closing"],
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=now,
        )
    except (NotEndedError, ReopenReasonMissingError):
        form.add_error(None, _("En kollega har åpnet eller avsluttet dagen i mellomtiden."))
        context = {"session": session, "now": now, "form": form, "closing": closing}
        return render(request, "dayboard/reopen_day.html", context)
    else:
        messages.success(request, _("Dagen er åpen igjen. Husk å avslutte den."))
    return redirect("dayboard:day_report", session.pk)
