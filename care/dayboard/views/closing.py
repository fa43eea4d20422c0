"""The guided end of the day: one page with what is left to do, and a button for each step."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.domain.closing import hindrances
from appointments.models import Appointment, ClinicSession
from appointments.selectors.closing import closing_of
from appointments.services.closing import DayEndedAlreadyError, DayNotReadyError
from appointments.services.fees import note_fees
from appointments.services.no_shows import note_no_shows
from care.dayboard.closing_forms import EMPTY, EndForm, FeesForm, ThawedForm, VialRestForm
from care.dayboard.closing_steps import EndPage, end_page, vial_ids
from care.dayboard.permissions import ON_SESSION
from care.dayboard.views.board import session_or_404
from care.services import vials
from care.services.closing import day_end, end_day, write_off_tonight
from care.services.list_reads import record_list_read
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock
from vaccinations.models import Vial
from vaccinations.services.stock import NotEnoughError
from vaccinations.services.vials import VialClosedError

# Posted beside a person's key, or for everybody whose time has passed.
EVERYBODY = "everybody"


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def close_day(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show what is left to do; ends the day when nothing is."""
    now = timezone.now()
    session = session_or_404(session_id)
    if closing_of(session.pk):
        if request.method == "POST":
            _tell_who_ended(request, session)
        return redirect("dayboard:day_report", session.pk)
    if request.method != "POST":
        return _page(request, session, now=now)
    form = EndForm(request.POST)
    told = form.is_valid() and form.cleaned_data["cases_told"]
    try:
        end_day(session_id=session.pk, cases_told=told, by=request.actor, now=now)
    except DayEndedAlreadyError:
        _tell_who_ended(request, session)
    except DayNotReadyError:
        if not told and day_end(session, now=now).cases:
            form.add_error("cases_told", _("Si fra til legen, og kryss av for det"))
        return _page(request, session, now=now, refused=True, end_form=form)
    else:
        messages.success(request, _("Dagen er avsluttet. Takk for i dag!"))
    return redirect("dayboard:day_report", session.pk)


@access(ON_SESSION)
@never_cache
def no_shows(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Note one person, or all whose time has passed, as not come."""
    session, now = session_or_404(session_id), timezone.now()
    if request.method != "POST" or _ended(request, session):
        return redirect("dayboard:close_day", session.pk)
    wanted = request.POST.get("person", "")
    late = [
        one.pk
        for one in day_end(session, now=now).expected
        if one.slot.starts_at <= now and wanted in {EVERYBODY, str(one.pk)}
    ]
    noted = len(
        note_no_shows(session_id=session.pk, appointment_ids=late, by=request.actor, now=now)
    )
    if noted:
        words = ngettext(
            "%(number)d person er registrert som ikke møtt.",
            "%(number)d personer er registrert som ikke møtt.",
            noted,
        )
        messages.success(request, words % {"number": noted})
    else:
        messages.info(request, _("Ingen er endret. Se hvem som fortsatt er ventet."))
    return redirect("dayboard:close_day", session.pk)


@access(ON_SESSION)
@never_cache
def vial(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Balance an open vial: no full dose left, or the rest thrown away with the reason."""
    session, now = session_or_404(session_id), timezone.now()
    if not Vial.objects.filter(pk=vial_id, clinic_id=session.clinic_id).exists():
        raise Http404
    if request.method != "POST":
        return redirect("dayboard:close_day", session.pk)
    form = VialRestForm(request.POST, auto_id=vial_ids(vial_id))
    if not form.is_valid():
        return _page(request, session, now=now, vial_form=(vial_id, form))
    rest, by = form.cleaned_data["rest"], request.actor
    try:
        if rest == EMPTY:
            closed = vials.close_empty(session=session, vial_id=vial_id, by=by, now=now)
        else:
            closed = vials.throw_away(session=session, vial_id=vial_id, reason=rest, by=by, now=now)
    except VialClosedError:
        messages.info(request, _("Hetteglasset er lukket allerede."))
    else:
        words = _("Hetteglass %(letter)s er lukket.") % {"letter": closed.letter}
        messages.success(request, words)
    return redirect("dayboard:close_day", session.pk)


@access(ON_SESSION)
@never_cache
def thawed(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Write off unopened thawed vials that are no good tomorrow."""
    session, now = session_or_404(session_id), timezone.now()
    if request.method != "POST":
        return redirect("dayboard:close_day", session.pk)
    form = ThawedForm(request.POST)
    known = not {"thawing", "vials"} & form.errors.keys()
    if known and not form.is_valid():
        return _page(request, session, now=now, thawed_form=form)
    lost = None
    with suppress(NotEnoughError):
        if known:
            lost = write_off_tonight(
                session=session,
                thawing_id=form.cleaned_data["thawing"],
                vials=form.cleaned_data["vials"],
                note=form.cleaned_data["note"],
                by=request.actor,
                now=now,
            )
    if lost:
        messages.success(request, _("Glassene er ført som svinn i lageret."))
    else:
        messages.info(request, _("Lageret er endret av en kollega. Se hva som står igjen nå."))
    return redirect("dayboard:close_day", session.pk)


@access(ON_SESSION)
@never_cache
def fees(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Note who has paid, is exempt, or pays later."""
    session, now = session_or_404(session_id), timezone.now()
    if request.method != "POST":
        return redirect("dayboard:close_day", session.pk)
    end = day_end(session, now=now)
    form = FeesForm(request.POST, people=[*end.unpaid, *end.settled])
    if not form.is_valid():
        return _page(request, session, now=now, fees_form=FeesForm(request.POST, people=end.unpaid))
    said = form.fees()
    if form.cleaned_data["rest"]:  # for those who have not said anything, not for the others
        unasked = {one.pk for one in end.unpaid}
        said = {pk: fee for pk, fee in said.items() if pk in unasked}
    changed = note_fees(session_id=session.pk, fees=said, by=request.actor, now=now)
    if changed:
        messages.success(request, _("Betalingen er lagret."))
    else:
        messages.info(request, _("Ingen er endret. Velg hva som gjelder for hver person."))
    return redirect("dayboard:close_day", session.pk)


def _page(
    request: StaffRequest,
    session: ClinicSession,
    *,
    now: datetime,
    refused: bool = False,
    end_form: EndForm | None = None,
    fees_form: FeesForm | None = None,
    vial_form: tuple[UUID, VialRestForm] | None = None,
    thawed_form: ThawedForm | None = None,
) -> HttpResponse:
    end = day_end(session, now=now)
    page: EndPage = end_page(end, now=now, vial_form=vial_form, thawed_form=thawed_form)
    people: list[Appointment] = [*end.waiting, *end.expected, *end.observed, *end.unpaid]
    record_list_read(
        request.session,
        action="day_end.read",
        list_id=session.pk,
        patient_ids=[one.patient_id for one in people],
        by=request.actor,
        now=now,
    )
    left = hindrances(end.facts(cases_told=True))
    context = {
        "session": session,
        "now": now,
        "end": end,
        "page": page,
        "left": left,
        "refused": refused,
        "fees_form": fees_form or FeesForm(people=end.unpaid),
        "end_form": end_form or EndForm(),
    }
    return render(request, "dayboard/close_day.html", context)


def _ended(request: StaffRequest, session: ClinicSession) -> Model | None:
    closing = closing_of(session.pk)
    if closing:
        _tell_who_ended(request, session)
    return closing


def _tell_who_ended(request: StaffRequest, session: ClinicSession) -> None:
    closing = closing_of(session.pk)
    if closing and closing.closed_by_id != request.user.pk:
        words = _("%(name)s avsluttet dagen kl. %(time)s.")
        named = {"name": closing.closed_by.name, "time": clock(closing.closed_at)}
        messages.info(request, words % named)
