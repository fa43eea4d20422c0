"""Opening a vial: which lot, and its label afterwards."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.models import ClinicSession
from appointments.selectors.closing import is_ended
from appointments.selectors.day import is_under_way
from appointments.services.day import DayEndedError
from care.dayboard.permissions import ON_SESSION
from care.dayboard.vial_forms import OpenVialForm
from care.dayboard.views.board import session_or_404
from care.dayboard.words import Words, refusal
from clinics.permissions import StaffRequest, access
from clinics.templatetags.oslo_time import clock
from vaccinations.domain.opening import LotStop
from vaccinations.models import Vial
from vaccinations.selectors import lot_named, next_letter, usable_lots
from vaccinations.services.vials import (
    LetterTakenError,
    LotNotUsableError,
    NoInUseWindowError,
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
    if is_ended(session.pk):
        messages.error(request, str(refusal(DayEndedError())[0]))
        return redirect("dayboard:board", session.pk)
    lots = usable_lots(session.clinic_id, product_id=session.product_id, now=now)
    form = OpenVialForm(posted(request), lots=lots)
    refusals: list[Words] = []
    if form.is_valid():
        lot_id = _lot_of(form, session)
        try:
            vial = _open(form, lot_id, session, request, now)
        except LetterTakenError:
            taken = _lettered(session, form.cleaned_data["letter"])
            if taken and taken.opened_by_id == request.user.pk and taken.lot_id == lot_id:
                return redirect(_label(request, session, taken))  # the second of two clicks
            refusals = [_letter_taken(taken)]
        except (LotNotUsableError, NoInUseWindowError) as error:
            refusals = refusal(error)
        else:
            messages.success(
                request,
                _("Hetteglass %(letter)s er åpnet. Brukes før %(time)s.")
                % {"letter": vial.letter, "time": clock(vial.use_before)},
            )
            return redirect(_label(request, session, vial))
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
        "back": way_back(request, session),
    }
    return render(request, "dayboard/open_vial.html", context)


def posted(request: StaffRequest) -> QueryDict | None:
    """Return what was posted; an empty form is posted too."""
    return request.POST if request.method == "POST" else None


def way_back(request: StaffRequest, session: ClinicSession) -> str:
    """Return the page that the vial was opened from: a person's, else the board."""
    try:
        person = UUID(request.GET.get(FOR_PERSON, ""))
    except ValueError:
        return reverse("dayboard:board", args=[session.pk])
    return reverse("dayboard:person", args=[session.pk, person])


def _lot_of(form: OpenVialForm, session: ClinicSession) -> int | None:
    code = form.cleaned_data["code"]
    if code is None:
        chosen: int = form.cleaned_data["lot"]
        return chosen
    return lot_named(code.number, clinic_id=session.clinic_id, product_id=session.product_id)


def _open(
    form: OpenVialForm,
    lot_id: int | None,
    session: ClinicSession,
    request: StaffRequest,
    now: datetime,
) -> Vial:
    if lot_id is None:
        raise LotNotUsableError(LotStop.UNKNOWN)
    code = form.cleaned_data["code"]
    return open_vial(
        clinic_id=session.clinic_id,
        lot_id=lot_id,
        day=session.date,
        letter=form.cleaned_data["letter"],
        printed_on=code.expires_on if code else None,
        product_id=session.product_id,
        by=request.actor,
        now=now,
    )


def _lettered(session: ClinicSession, letter: str) -> Vial | None:
    return (
        Vial.objects.filter(clinic_id=session.clinic_id, day=session.date, letter=letter)
        .select_related("opened_by")
        .first()
    )


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
    return {
        "lot": request.POST.get("lot", ""),
        "code": request.POST.get("code", ""),
        "letter": letter,
    }


def _label(request: StaffRequest, session: ClinicSession, vial: Vial) -> str:
    page = reverse("dayboard:vial", args=[session.pk, vial.pk])
    person = request.GET.get(FOR_PERSON, "")
    try:
        return f"{page}?{FOR_PERSON}={UUID(person)}"
    except ValueError:
        return page
