"""Saying that the day runs late, and that it is on time again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.models import Appointment, ClinicSession
from appointments.selectors.day import is_under_way
from appointments.selectors.lateness import to_tell
from appointments.services.day import NotTodayError
from appointments.services.late_words import late_words
from appointments.services.lateness import say_late, say_on_time
from care.dayboard.late_form import LateForm
from care.dayboard.permissions import ON_SESSION
from care.dayboard.views.board import session_or_404
from care.dayboard.words import refusal
from care.services.list_reads import record_list_read
from clinics.permissions import StaffRequest, access
from notifications.domain.parts import NO_WORDS
from notifications.services.rendering import render_sms
from notifications.services.texts import texts_in_force

# Where the link to the person's own page stands, in the text that staff see.
LINK = "https://…"
# The button that tells them; the other one only shows whom and what.
CONFIRM = "bekreft"


@dataclass(frozen=True)
class Wording:
    """What some people are sent: the words of the first of them."""

    language: str
    code: str
    number: int
    text: str


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def late(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Show who would be told of a delay and in what words, and tell them on one confirmation."""
    now = timezone.now()
    session = session_or_404(session_id)
    if not is_under_way(session, now):
        messages.info(request, str(refusal(NotTodayError())[0]))
        return redirect("dayboard:board", session_id)
    form = LateForm(request.POST if request.method == "POST" else None)
    valid = form.is_bound and form.is_valid()
    if valid and CONFIRM in request.POST:
        return _tell(request, session_id, form.cleaned_data["minutes"])
    context: dict[str, Any] = {"session": session, "form": form, "minutes": None}
    if valid:
        told = to_tell(session, now=now)
        record_list_read(
            request.session,
            action="board.read",
            list_id=session.pk,
            patient_ids=[one.patient_id for one in (*told.reached, *told.to_call)],
            by=request.actor,
            now=now,
        )
        minutes = form.cleaned_data["minutes"]
        context |= {
            "minutes": minutes,
            "told": told,
            "wordings": _wordings(told.reached, session, minutes),
        }
    return render(request, "dayboard/late.html", context)


def _tell(request: StaffRequest, session_id: UUID, minutes: int) -> HttpResponse:
    try:
        told = say_late(
            session_id=session_id, minutes=minutes, by=request.actor, now=timezone.now()
        )
    except NotTodayError as error:
        messages.warning(request, str(refusal(error)[0]))
        return redirect("dayboard:board", session_id)
    words = ngettext(
        "Forsinkelsen på %(minutes)d min vises nå. %(number)d person får melding.",
        "Forsinkelsen på %(minutes)d min vises nå. %(number)d personer får melding.",
        len(told),
    )
    if told:
        messages.success(request, words % {"minutes": minutes, "number": len(told)})
    else:
        messages.success(request, _("Forsinkelsen er meldt. Ingen flere får melding."))
    return redirect("dayboard:board", session_id)


@access(ON_SESSION)
def on_time(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """End the delay."""
    if request.method == "POST" and say_on_time(
        session_id=session_id, by=request.actor, now=timezone.now()
    ):
        messages.success(
            request, _("Dere er i rute igjen. De som har fått melding, kan komme senere.")
        )
    return redirect("dayboard:board", session_id)


def _wordings(
    reached: Sequence[Appointment], session: ClinicSession, minutes: int
) -> list[Wording]:
    """Write what the first one of each language is sent."""
    by_language: dict[str, list[Appointment]] = {}
    for one in reached:
        if one.patient is not None:
            by_language.setdefault(one.patient.kept.language, []).append(one)
    names = dict(settings.LANGUAGES)
    texts = texts_in_force(["running_late"])
    wordings = []
    for code, people in sorted(by_language.items()):
        first = people[0]
        first.slot.session = session
        sms = render_sms(
            kind="running_late",
            to="",
            language=code,
            context=late_words(first, minutes=minutes, link=LINK),
            own=texts.get(("running_late", code), NO_WORDS),
        )
        wordings.append(Wording(str(names.get(code, code)), code, len(people), sms.text))
    return wordings
