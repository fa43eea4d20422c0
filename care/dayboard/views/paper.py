"""Enters a day from the printed sheet: vials first, then the people, in any order."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.status import ACTIVE, Status
from appointments.models import Appointment, ClinicSession
from appointments.services.no_shows import note_no_shows
from care.dayboard.paper_forms import PaperRowForm, PaperVialForm, lots_of, on_day, vials_of_day
from care.dayboard.paper_words import PAPER_REFUSED, paper_refusal
from care.dayboard.permissions import ON_SESSION
from care.dayboard.views.board import session_or_404
from care.services.list_reads import record_list_read
from care.services.paper import enter_visit
from clinics.domain.roles import AT_THE_BOARD
from clinics.models import Staff
from clinics.permissions import StaffRequest, access
from clinics.selectors import staff_with
from vaccinations.selectors import next_letter
from vaccinations.services.late_vials import LetterInUseError, NotOfThatDayError, register_opened
from vaccinations.services.vials import LotNotUsableError, NoInUseWindowError

# In the address: the line to go on at, and who gave the last dose.
AT, BY = "ved", "av"
# So many lines a page, so that a form stays within what a request may hold.
LINES = 40
TO_ENTER = (Status.BOOKED, Status.ARRIVED, Status.NO_SHOW)


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def after_register(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show the lines that are not entered; save those that are filled in, each by itself."""
    session, now = session_or_404(session_id), timezone.now()
    if request.method != "POST":
        return _page(request, session, now=now)
    rows = _rows(request, session)
    filled = [row for row in rows if row.filled]
    saved = [row for row in filled if row.is_valid() and _save(request, session, row, now=now)]
    failed = [row for row in filled if row not in saved]
    _tell(request, saved, filled)
    if failed:
        return _page(request, session, now=now, rows=[row for row in rows if row not in saved])
    return redirect(_next_line(session, saved))


@access(ON_SESSION)
@never_cache
def after_vial(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Register a vial that was opened at an earlier time."""
    session, now = session_or_404(session_id), timezone.now()
    if request.method != "POST":
        return redirect("dayboard:after_register", session.pk)
    form = PaperVialForm(request.POST, lots=lots_of(session))
    if form.is_valid():
        data = form.cleaned_data
        try:
            vial = register_opened(
                clinic_id=session.clinic_id,
                lot_id=data["lot"].pk,
                day=session.date,
                letter=data["letter"],
                opened_at=on_day(session, data["opened"]),
                by=request.actor,
                now=now,
            )
        except LetterInUseError:
            form.add_error("letter", _("Bokstaven er brukt på et annet glass i dag"))
        except NotOfThatDayError:
            form.add_error("opened", _("Tiden har ikke vært ennå"))
        except LotNotUsableError:
            form.add_error("lot", _("Etter lageret er det ingen glass igjen. Rett lageret først"))
        except NoInUseWindowError:
            form.add_error("lot", _("Brukstiden etter åpning er ikke satt"))
        else:
            words = _("Hetteglass %(letter)s er ført inn.") % {"letter": vial.letter}
            messages.success(request, words)
            return redirect("dayboard:after_register", session.pk)
    return _page(request, session, now=now, vial_form=form)


def _save(
    request: StaffRequest, session: ClinicSession, row: PaperRowForm, *, now: datetime
) -> bool:
    """Save a line; put what is in the way on it."""
    by = request.actor
    if row.did_not_come:
        note_no_shows(session_id=session.pk, appointment_ids=[row.appointment.pk], by=by, now=now)
        row.appointment.refresh_from_db(fields=["status"])
        if row.appointment.status != Status.NO_SHOW:
            row.add_error("missed", _("Personens tid har ikke vært ennå, eller personen er kommet"))
            return False
        return True
    try:
        enter_visit(row.visit(session), by=by, now=now)
    except PAPER_REFUSED as error:
        field, words = paper_refusal(error)
        row.add_error(field if field in row.fields else None, words)
        return False
    return True


def _page(
    request: StaffRequest,
    session: ClinicSession,
    *,
    now: datetime,
    rows: list[PaperRowForm] | None = None,
    vial_form: PaperVialForm | None = None,
) -> HttpResponse:
    people, vials = _people(session), vials_of_day(session)
    if rows is None:
        rows = _rows(request, session, people=people)
    left = [one for one in people if one.status in TO_ENTER]
    record_list_read(
        request.session,
        action="paper.read",
        list_id=session.pk,
        patient_ids=[one.patient_id for one in people],
        by=request.actor,
        now=now,
    )
    _focus(request, rows)
    initial = {"letter": next_letter(session.clinic_id, session.date)}
    context = {
        "session": session,
        "now": now,
        "begun": session.starts_at <= now,
        "rows": rows,
        "failed": [row for row in rows if row.is_bound and row.errors and row.filled],
        "more": max(0, len(left) - LINES),
        "entered": [one for one in people if one.status not in TO_ENTER],
        "vials": vials,
        "vial_form": vial_form or PaperVialForm(lots=lots_of(session), initial=initial),
    }
    return render(request, "dayboard/after_register.html", context)


def _people(session: ClinicSession) -> list[Appointment]:
    return list(
        Appointment.objects.filter(
            slot__session=session,
            status__in=[*TO_ENTER, Status.VACCINATED, Status.TURNED_AWAY],
        )
        .select_related(
            "slot", "patient__merged_into", "dose__vial", "dose__vaccinator", "decision"
        )
        .order_by("slot__starts_at", "seat", "pk")
    )


def _rows(
    request: StaffRequest, session: ClinicSession, *, people: list[Appointment] | None = None
) -> list[PaperRowForm]:
    posted = request.POST if request.method == "POST" and people is None else None
    people = _people(session) if people is None else people
    vials = vials_of_day(session)
    staff = staff_with(session.clinic_id, AT_THE_BOARD, on=session.date)
    initial = {"vaccinator": _vaccinator(request, staff)}
    to_enter = [one for one in people if one.status in TO_ENTER]
    # A line that was posted stays on the page, also when others have come before it since.
    shown = [one for one in to_enter if posted and f"{one.pk}-vaccinator" in posted]
    return [
        PaperRowForm(posted, appointment=one, vials=vials, staff=staff, initial=initial)
        for one in shown or to_enter[:LINES]
    ]


def _vaccinator(request: StaffRequest, staff: Sequence[Staff]) -> str:
    known = {str(one.pk) for one in staff}
    for wanted in (request.GET.get(BY, ""), str(request.user.pk)):
        if wanted in known:
            return wanted
    return ""


def _focus(request: StaffRequest, rows: list[PaperRowForm]) -> None:
    """Let the browser begin at the first line with an error, else at the one in the address."""
    wanted = request.GET.get(AT, "")
    found = [row for row in rows if row.is_bound and row.filled and row.errors]
    found += [row for row in rows if str(row.appointment.pk) == wanted]
    if found:
        first = next(iter(found[0].errors.keys() & found[0].fields.keys()), None)
        name = first or next(name for name in found[0].fields if name != "missed")
        found[0].fields[name].widget.attrs["autofocus"] = True


def _next_line(session: ClinicSession, saved: list[PaperRowForm]) -> str:
    """Return the page with the line after the last one saved to go on at."""
    address = reverse("dayboard:after_register", args=[session.pk])
    if not saved:
        return address
    people, last = _people(session), saved[-1]
    places = [one.pk for one in people]
    after = people[places.index(last.appointment.pk) + 1 :]
    following = next((one for one in after if one.status in ACTIVE), None)
    by = last.cleaned_data.get("vaccinator") or ""
    return f"{address}?{AT}={following.pk if following else ''}&{BY}={by}#linjer"


def _tell(request: StaffRequest, saved: list[PaperRowForm], filled: list[PaperRowForm]) -> None:
    if saved:
        words = ngettext("%(number)d linje er lagret.", "%(number)d linjer er lagret.", len(saved))
        messages.success(request, words % {"number": len(saved)})
    elif not filled:
        messages.info(request, _("Ingen linjer var fylt ut. Det kan være at de er lagret fra før."))
