from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import ClinicSession
from care.dayboard.advice_words import in_words
from care.dayboard.board import board_of
from care.dayboard.orders import MissingOrder
from care.dayboard.permissions import ON_SESSION
from care.services.list_reads import record_list_read
from clinics.permissions import StaffRequest, access

# The done are folded away; the address remembers who wants to see them.
SHOW_DONE = "ferdige"


@access(ON_SESSION)
@require_safe
@never_cache
def board(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show the board of a session."""
    return _shown(request, session_id, "dayboard/board.html")


@access(ON_SESSION)
@require_safe
@never_cache
def live(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Answer with the part of the board that changes, for htmx."""
    return _shown(request, session_id, "dayboard/live.html")


def _shown(request: StaffRequest, session_id: UUID, template: str) -> HttpResponse:
    now = timezone.now()
    session = session_or_404(session_id)
    board = board_of(session, now=now)
    record_list_read(
        request.session,
        action="board.read",
        list_id=session.pk,
        patient_ids=[one.patient_id for one in board.people],
        by=request.actor,
        now=now,
    )
    context = {
        "board": board,
        "session": session,
        "now": now,
        "show_done": SHOW_DONE in request.GET,
        "advice": in_words(board.advice),
        **alert_context(request, board.missing_order),
    }
    return render(request, template, context)


def alert_context(request: StaffRequest, missing: MissingOrder | None) -> dict[str, object]:
    """Return what the alert needs that no order holds, and where its reader can go."""
    return {
        "missing_order": missing,
        "order_link": missing.link_for(request.user) if missing else "",
        "may_sign": bool(missing and missing.may_sign(request.user)),
    }


def session_or_404(session_id: UUID) -> ClinicSession:
    """Return a session with its clinic, or raise Http404."""
    return get_object_or_404(ClinicSession.objects.select_related("clinic"), pk=session_id)
