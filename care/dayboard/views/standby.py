"""Inviting standby people for doses that an open vial has left over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from appointments.services.standby import invite_standby
from care.dayboard.advice import invited_at_most
from care.dayboard.board import board_of
from care.dayboard.permissions import ON_SESSION
from care.dayboard.views.board import session_or_404
from clinics.permissions import StaffRequest, access
from vaccinations.models import Vial


@access(ON_SESSION)
@never_cache
def invite(request: StaffRequest, session_id: UUID, vial_id: UUID) -> HttpResponse:
    """Invite as many as were advised when the page was shown, while that is still the advice.

    A second click, or a colleague's, finds the doses promised and invites nobody more.
    """
    session = session_or_404(session_id)
    vial = get_object_or_404(Vial, pk=vial_id, clinic_id=session.clinic_id)
    if request.method != "POST":
        return redirect("dayboard:board", session.pk)
    now = timezone.now()
    number = min(_asked_for(request), invited_at_most(board_of(session, now=now).advice, vial.pk))
    offers = []
    if number:
        offers = invite_standby(
            session_id=session.pk, vial_id=vial.pk, number=number, by=request.actor, now=now
        )
    if offers:
        words = ngettext(
            "%(number)d person er invitert. Du ser på tavla når noen sier ja.",
            "%(number)d personer er invitert. Du ser på tavla når noen sier ja.",
            len(offers),
        )
        messages.success(request, words % {"number": len(offers)})
    elif number:
        messages.info(request, _("Ingen på listen kan være her i tide nå. Ingen er invitert."))
    else:
        messages.info(
            request,
            _("Dosene er lovet bort eller trengs til dem som har time. Ingen flere er invitert."),
        )
    return redirect("dayboard:board", session.pk)


def _asked_for(request: StaffRequest) -> int:
    """Return the number on the button that was pressed; 0 for anything else."""
    said = request.POST.get("number", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) == 1 else 0
