"""Moving sessions from state to state: chosen in the list or on a page, then confirmed."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from appointments.admin.stock_warning import warn_of_stock
from appointments.admin.words import (
    MOVE_LABELS,
    MOVE_MEANINGS,
    REFUSALS,
    days_in_words,
    moved,
    refusal,
)
from appointments.domain.session_states import OPENING_MOVES, SESSION_MOVES, SessionMove
from appointments.models import ClinicSession
from appointments.selectors.sessions import fillings
from appointments.services.sessions import move_session
from clinics.role_admin import RoleAdmin, actor_at

ACTION = "move_{}"


class MovesSessions(RoleAdmin[ClinicSession]):
    """The part of the sessions' pages that moves them."""

    def get_actions(self, request: HttpRequest) -> Any:
        """Offer each move of the table to those who may change sessions."""
        actions: dict[str, Any] = super().get_actions(request)
        if not self.has_change_permission(request):
            return actions
        for move, label in MOVE_LABELS.items():
            name = ACTION.format(move)
            actions[name] = (_asking_for(move), name, label)
        return actions

    def buttons(self, moves: Iterable[SessionMove]) -> list[tuple[str, Any]]:
        """Return the actions of moves with their labels, for a session's own page."""
        return [(ACTION.format(move), MOVE_LABELS[move]) for move in moves]

    def ask_or_move(
        self, request: HttpRequest, by_move: SessionMove, chosen: QuerySet[ClinicSession]
    ) -> HttpResponse | None:
        """Ask to confirm a move; once confirmed, make it, session by session."""
        sessions = [
            session
            for session in chosen.select_related("clinic").order_by("starts_at")
            if self.has_change_permission(request, session)
        ]
        if "confirmed" not in request.POST:
            return self._ask(request, by_move, sessions)
        for session in sessions:
            self._move(request, by_move, session)
        done = [session for session in sessions if session.state == SESSION_MOVES[by_move][1]]
        if done:
            self.message_user(request, moved(by_move, len(done)), messages.SUCCESS)
        if done and by_move in OPENING_MOVES:
            warn_of_stock(self, request, {session.clinic_id for session in done})
        if "detail" in request.POST and len(sessions) == 1:
            page = "admin:appointments_clinicsession_change"
            return HttpResponseRedirect(reverse(page, args=[sessions[0].pk]))
        return None

    def _move(self, request: HttpRequest, by_move: SessionMove, session: ClinicSession) -> None:
        by = actor_at(request, session.clinic_id, self.writers)
        try:
            after = move_session(session_id=session.pk, by_move=by_move, by=by, now=timezone.now())
        except REFUSALS as error:
            # As it is now: a colleague may have moved it since the page was made.
            session.refresh_from_db(fields=["state"])
            words = refusal(error, clinic_id=session.clinic_id, state=session.state)
            session.state = ""
            day = f"{session.clinic.name}, {days_in_words([session.date])}"
            self.message_user(request, f"{day}: {words}", messages.ERROR)
        else:
            session.state = after.state

    def _ask(
        self, request: HttpRequest, by_move: SessionMove, sessions: list[ClinicSession]
    ) -> HttpResponse:
        found = fillings(sessions, now=timezone.now())
        sources, _goal = SESSION_MOVES[by_move]
        rows = [(session, found[session.pk], session.state in sources) for session in sessions]
        context = {
            **self.admin_site.each_context(request),
            "title": MOVE_LABELS[by_move],
            "meaning": MOVE_MEANINGS[by_move],
            "rows": rows,
            "any_possible": any(possible for _session, _filling, possible in rows),
            "action": ACTION.format(by_move),
            "chosen_name": ACTION_CHECKBOX_NAME,
            "detail": "detail" in request.POST,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/appointments/confirm_move.html", context)


def _asking_for(by_move: SessionMove) -> Any:
    def action(
        page: MovesSessions, request: HttpRequest, chosen: QuerySet[ClinicSession]
    ) -> HttpResponse | None:
        return page.ask_or_move(request, by_move, chosen)

    return action
