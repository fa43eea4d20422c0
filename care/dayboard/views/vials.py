from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.models import ClinicSession
from appointments.selectors.day import is_under_way
from care.dayboard.forms import DiscardForm, OpenVialForm
from care.dayboard.permissions import ON_SESSION
from care.dayboard.vials import VialShown, VialState, vials_shown
from care.dayboard.views.board import session_or_404
from care.dayboard.words import Words, refusal
from care.services import vials
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock
from vaccinations.models import Vial
from vaccinations.selectors import next_letter, usable_lots
from vaccinations.services.vials import (
    LetterTakenError,
    LotNotUsableError,
    NoInUseWindowError,
    VialClosedError,
    open_vial,
)

# In the address: the person who waits for the vial, to come back to.
FOR_PERSON = "person"


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def open_new(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Open a vial from a lot that may be used; its window starts at the server's time."""
    now = timezone.now()
    session = session_or_404(session_id)
    if not is_under_way(session, now):
        messages.error(request, _("Et glass kan bare åpnes på selve dagen."))
        return redirect("dayboard:board", session.pk)
    lots = usable_lots(session.clinic_id, product_id=session.product_id, now=now)
    form = OpenVialForm(_posted(request), lots=lots)
    refusals: list[Words] = []
    if form.is_valid():
        try:
            vial = open_vial(
                clinic_id=session.clinic_id,
                lot_id=form.cleaned_data["lot"],
                day=session.date,
                letter=form.cleaned_data["letter"],
                by=request.actor,
                now=now,
            )
        except LetterTakenError:
            taken = _lettered(session, form.cleaned_data["letter"])
            if taken and _same_click(taken, request, form):
                return redirect(_back(request, session))
            refusals = [_letter_taken(taken)]
        except (LotNotUsableError, NoInUseWindowError) as error:
            refusals = refusal(error)
        else:
            messages.success(
                request,
                _("Hetteglass %(letter)s er åpnet. Brukes før %(time)s.")
                % {"letter": vial.letter, "time": clock(vial.use_before)},
            )
            return redirect(_back(request, session))
    letter = next_letter(session.clinic_id, session.date)
    if refusals:
        form = OpenVialForm(_with_letter(request, letter), lots=lots)
    elif not form.is_bound:
        form.initial["letter"] = letter
    context = {
        "session": session,
        "now": now,
        "form": form,
        "lots": lots,
        "letter": letter,
        "refusals": refusals,
        "back": _back(request, session),
    }
    return render(request, "dayboard/open_vial.html", context)


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def empty(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Ask, and close a vial that gives no full dose any more."""
    now = timezone.now()
    session = session_or_404(session_id)
    shown = _open_vial_or_none(session, vial_id, now=now)
    if shown is None:
        return _closed_already(request, session)
    if request.method != "POST":
        context = {"session": session, "now": now, "shown": shown}
        return render(request, "dayboard/empty_vial.html", context)
    try:
        vials.close_empty(session=session, vial_id=vial_id, by=request.actor, now=now)
    except VialClosedError:
        return _closed_already(request, session)
    messages.success(request, _("Hetteglass %(letter)s er lukket.") % {"letter": shown.vial.letter})
    return redirect("dayboard:board", session.pk)


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def throw_away(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Ask why, and throw away what is left in a vial."""
    now = timezone.now()
    session = session_or_404(session_id)
    shown = _open_vial_or_none(session, vial_id, now=now)
    if shown is None:
        return _closed_already(request, session)
    ended = Vial.DiscardReason.WINDOW_ENDED if shown.state == VialState.ENDED else None
    form = DiscardForm(_posted(request), initial={"reason": ended})
    if not form.is_valid():
        context = {"session": session, "now": now, "shown": shown, "form": form}
        return render(request, "dayboard/discard_vial.html", context)
    try:
        vials.throw_away(
            session=session,
            vial_id=vial_id,
            reason=form.cleaned_data["reason"],
            by=request.actor,
            now=now,
        )
    except VialClosedError:
        return _closed_already(request, session)
    messages.success(request, _("Hetteglass %(letter)s er kastet.") % {"letter": shown.vial.letter})
    return redirect("dayboard:board", session.pk)


def _posted(request: StaffRequest) -> QueryDict | None:
    """Return what was posted; an empty form is posted too."""
    return request.POST if request.method == "POST" else None


def _open_vial_or_none(session: ClinicSession, vial_id: UUID, *, now: datetime) -> VialShown | None:
    """Return an open vial of the session's clinic, None when it is closed; else raise Http404."""
    found = {shown.vial.pk: shown for shown in vials_shown(session.clinic_id, now=now)}
    if (
        vial_id not in found
        and not Vial.objects.filter(pk=vial_id, clinic_id=session.clinic_id).exists()
    ):
        raise Http404
    return found.get(vial_id)


def _closed_already(request: StaffRequest, session: ClinicSession) -> HttpResponse:
    messages.info(request, _("Hetteglasset er lukket allerede."))
    return redirect("dayboard:board", session.pk)


def _lettered(session: ClinicSession, letter: str) -> Vial | None:
    return (
        Vial.objects.filter(clinic_id=session.clinic_id, day=session.date, letter=letter)
        .select_related("opened_by")
        .first()
    )


def _same_click(taken: Vial, request: StaffRequest, form: OpenVialForm) -> bool:
    """Tell whether a vial was opened by the first of two clicks on the same form."""
    return taken.opened_by_id == request.user.pk and taken.lot_id == form.cleaned_data["lot"]


def _letter_taken(taken: Vial | None) -> str:
    if taken is None:
        return _("Bokstaven har endret seg. Se hvilken bokstav du nå skal skrive på glasset.")
    return _(
        "%(name)s åpnet hetteglass %(letter)s kl. %(time)s. Har du også et glass, skriver du den "
        "nye bokstaven på det."
    ) % {
        "name": taken.opened_by.name,
        "letter": taken.letter,
        "time": clock(taken.opened_at),
    }


def _with_letter(request: StaffRequest, letter: str) -> dict[str, str]:
    return {"lot": request.POST.get("lot", ""), "letter": letter}


def _back(request: StaffRequest, session: ClinicSession) -> str:
    """Return the page that the vial was opened from: a person's, else the board."""
    try:
        person = UUID(request.GET.get(FOR_PERSON, ""))
    except ValueError:
        return reverse("dayboard:board", args=[session.pk])
    return reverse("dayboard:person", args=[session.pk, person])
