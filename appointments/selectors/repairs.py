"""What the cutoff has done in a session, and what it would do now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from appointments.domain.repairs import ASKING, AskState, standby_wanted, whom_to_ask
from appointments.domain.status import Status
from appointments.domain.under_filled import UnderFilled, under_filled
from appointments.domain.vial_policy import VialPolicy
from appointments.models import MoveAsk, Repair
from appointments.selectors.session_plans import SessionPlan


@dataclass(frozen=True)
class Proposal:
    """Whom to ask to move, as index into the plan's people -> the minute to ask about."""

    plan: SessionPlan
    places: dict[int, int]

    @property
    def vials_if_all_move(self) -> int:
        """How many vials are planned if all who are asked say yes."""
        stay = [m for index, m in enumerate(self.plan.minutes) if index not in self.places]
        return self.plan.vials([*stay, *self.places.values()])

    @property
    def standby(self) -> int:
        """How many people on short notice would be invited ahead."""
        return standby_wanted(self.plan.minutes, self.plan.policy)

    @property
    def under_filled(self) -> list[UnderFilled]:
        """The vials planned for too few people, as it is now."""
        return under_filled(self.plan.minutes, self.plan.policy)


def propose(plan: SessionPlan, asks: Iterable[MoveAsk], *, now: datetime) -> Proposal:
    """Propose whom to ask now, after what the session's people were asked before.

    Nobody is asked twice about a session: not even somebody who did not answer.
    """
    before = list(asks)
    outstanding = {}
    for ask in before:
        index = plan.index_of(ask.appointment_id)
        if ask.state in ASKING and index is not None:
            outstanding[index] = minute_asked_about(plan, ask)
    places = whom_to_ask(
        plan.minutes,
        plan.movable(
            asked={ask.appointment_id for ask in before}, promised=outstanding.values(), now=now
        ),
        plan.policy,
        outstanding=outstanding,
        asked=len(before),
    )
    return Proposal(plan, places)


def minute_asked_about(plan: SessionPlan, ask: MoveAsk) -> int:
    """Return the minute that an ask is about."""
    return next(minute for minute, slot in plan.slots.items() if slot.slot_id == ask.to_slot_id)


def asks_in(session_id: UUID) -> list[MoveAsk]:
    """List everybody who was asked to move in a session, with times and people; one query."""
    return list(
        MoveAsk.objects.filter(repair__session_id=session_id)
        .select_related("from_slot", "to_slot", "appointment__patient__merged_into", "repair")
        .order_by("asked_at", "from_slot__starts_at", "pk")
    )


def repairs_of(session_id: UUID) -> list[Repair]:
    """List a session's plannings, the newest first; one query."""
    return list(
        Repair.objects.filter(session_id=session_id)
        .select_related("started_by")
        .order_by("-number")
    )


def policy_of_repair(repair: Repair) -> VialPolicy:
    """Return the policy that a planning went by."""
    numbers = dict(repair.policy)
    return VialPolicy.from_snapshot(numbers.pop("window_min"), numbers)


def ask_with_place(ask_id: UUID) -> MoveAsk:
    """Return an ask with its times, person, clinic and planning; one query. Raises DoesNotExist."""
    return MoveAsk.objects.select_related(
        "repair__session__clinic",
        "from_slot",
        "to_slot",
        "appointment__slot",
        "appointment__patient__merged_into",
    ).get(pk=ask_id)


def patient_asked(ask_id: UUID) -> UUID | None:
    """Return whom an ask is to."""
    return (
        MoveAsk.objects.filter(pk=ask_id).values_list("appointment__patient_id", flat=True).first()
    )


def still_stands(ask: MoveAsk) -> bool:
    """Tell whether the person has the time that they were asked to move from."""
    appointment = ask.appointment
    return appointment.status == Status.BOOKED and appointment.slot_id == ask.from_slot_id


def state_now(ask: MoveAsk, now: datetime) -> AskState:
    """Return where an ask is; one that nobody answered in time has lapsed, swept or not."""
    state = AskState(ask.state)
    if state in ASKING and not still_stands(ask):
        return AskState.WITHDRAWN
    if state is AskState.ASKED and ask.repair.answer_by <= now:
        return AskState.LAPSED
    return state
