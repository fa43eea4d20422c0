from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import ClinicSession
from appointments.selectors.day import sessions_from
from care.dayboard.advice_words import in_words
from care.dayboard.board import board_of
from care.dayboard.display import display_of, remember
from care.dayboard.orders import MissingOrder
from care.dayboard.permissions import ON_SESSION
from care.dayboard.versions import marked, version_of
from care.dayboard.vials import ending_soon, said_of
from care.services.list_reads import record_list_read
from clinics.domain.calendar import OSLO, oslo_date
from clinics.permissions import StaffRequest, access
from notifications.services.health import LateAt, late_since

# The done are folded away; the address remembers who wants to see them.
SHOW_DONE = "ferdige"
# What a page that is open already sends: the version it shows.
VERSION = "versjon"
# The server's clock in an answer: a page that has it knows that it was the server who answered.
CLOCK = "X-Board-Clock"


@access(ON_SESSION)
@require_safe
@never_cache
def board(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show the board of a session."""
    now = timezone.now()
    session = _marked_or_404(session_id, now)
    version = _version(request, session, now)
    return _page(request, session, "dayboard/board.html", version, now=now)


@access(ON_SESSION)
@require_safe
@never_cache
def live(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Answer with the part of the board that changes; with nothing while nothing has changed."""
    now = timezone.now()
    session = _marked_or_404(session_id, now)
    version = _version(request, session, now)
    if request.GET.get(VERSION) == version:
        return _by_the_clock(HttpResponse(status=204), now)
    return _by_the_clock(_page(request, session, "dayboard/live.html", version, now=now), now)


@access(ON_SESSION)
@require_safe
@never_cache
def warnings(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Answer with the vials whose window is about to end, for the pages around the board."""
    now = timezone.now()
    session = session_or_404(session_id)
    ending = ending_soon(session, now=now)
    said = said_of(ending, to=request.user.pk)
    if request.GET.get(VERSION) == said:
        return _by_the_clock(HttpResponse(status=204), now)
    context = {"session": session, "ending": ending, "said": said, "user": request.user}
    return _by_the_clock(render(request, "dayboard/vial_warnings.html", context), now)


@access(ON_SESSION)
def display(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Let the device remember whether names are hidden, and whether keys do anything."""
    response = redirect("dayboard:board", session_id)
    if request.method == "POST":
        remember(response, request.POST.get("vis", ""))
    return response


def _page(
    request: StaffRequest,
    session: ClinicSession,
    template: str,
    version: str,
    *,
    now: datetime,
) -> HttpResponse:
    """Read the rows, after the version was: what changes in between is shown by the next answer."""
    shown = display_of(request)
    board = board_of(session, now=now, initials=shown.initials)
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
        "display": shown,
        "version": version,
        "updated": _seconds(now),
        "late": _late_messages(session),
        **_other_day(session, now, is_today=board.is_today),
        **alert_context(request, board.missing_order),
    }
    return render(request, template, context)


def _marked_or_404(session_id: UUID, now: datetime) -> ClinicSession:
    """Return a session with its clinic and the marks of its board; one query, no row is opened.

    ``unsent_since`` is since when the clinic's messages are late, or None.
    """
    sessions = ClinicSession.objects.select_related("clinic").annotate(
        unsent_since=late_since(OuterRef("clinic"), now=now)
    )
    found: ClinicSession = get_object_or_404(marked(sessions, session_id, now=now))
    return found


def _version(request: StaffRequest, session: ClinicSession, now: datetime) -> str:
    return version_of(
        session.marks,  # type: ignore[attr-defined]
        now=now,
        # Another reader has not been recorded as one yet.
        shown=(
            request.user.pk,
            get_language(),
            SHOW_DONE in request.GET,
            display_of(request).initials,
        ),
    )


def _late_messages(session: ClinicSession) -> LateAt | None:
    since: datetime | None = session.unsent_since  # type: ignore[attr-defined]
    return LateAt(session.clinic.slug, since) if since else None


def _other_day(session: ClinicSession, now: datetime, *, is_today: bool) -> dict[str, Any]:
    """Return today's session of the clinic, for a board that was left open or opened by mistake."""
    if is_today:
        return {}
    today = oslo_date(now)
    coming = sessions_from([session.clinic_id], now=now)
    return {
        "passed": session.date < today,
        "todays": next((one for one in coming if one.date == today), None),
    }


def _by_the_clock(response: HttpResponse, now: datetime) -> HttpResponse:
    response[CLOCK] = _seconds(now)
    return response


def _seconds(now: datetime) -> str:
    # Translators: a time of day with seconds, in Django's date format.
    return date_format(timezone.localtime(now, OSLO), _("H.i.s"))


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
