"""Asks people to move, tells them what became of it, and takes questions back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models.functions import Coalesce

from appointments.domain.repairs import ASKING, AskState
from appointments.models import Appointment, MoveAsk, Repair
from appointments.selectors.repairs import Proposal
from audit.domain import Actor
from audit.services import record_many
from notifications.services.outbox import channels_of, queue
from patients.services.links import Key, mint_urls

ASK_LINK = "move_ask"
# Who opens it too late is told what holds.
LINK_LASTS = timedelta(days=7)


def ask(repair: Repair, proposal: Proposal, *, by: Actor, now: datetime) -> list[MoveAsk]:
    """Ask those of a proposal, each with a message. The session must be locked."""
    plan = proposal.plan
    asks = [
        MoveAsk(
            repair=repair,
            appointment_id=plan.people[index].appointment_id,
            from_slot_id=plan.slots[plan.people[index].minute].slot_id,
            to_slot_id=plan.slots[minute].slot_id,
            asked_at=now,
        )
        for index, minute in sorted(proposal.places.items())
    ]
    if not asks:
        return []
    MoveAsk.objects.bulk_create(asks)
    people = tell("move_asked", asks, clinic_id=plan.session.clinic_id, now=now)
    record_many(
        action="move.asked",
        by=by,
        now=now,
        patients={people[one.appointment_id]: one.pk for one in asks},
    )
    return asks


def tell(
    kind: str, asks: Iterable[MoveAsk], *, clinic_id: int, now: datetime
) -> dict[UUID, UUID | None]:
    """Queue a message about each ask; return whose appointment each is."""
    told = list(asks)
    people = {
        pk: (patient_id, contact_by)
        for pk, patient_id, contact_by in Appointment.objects.filter(
            pk__in=[one.appointment_id for one in told]
        ).values_list(
            "pk", "patient_id", Coalesce("patient__merged_into__contact_by", "patient__contact_by")
        )
    }
    for one in told:
        queue(
            kind=kind,
            subject_id=one.pk,
            occasion="",
            due_at=now,
            channels=channels_of(people[one.appointment_id][1]),
            now=now,
            clinic_id=clinic_id,
        )
    return {pk: patient_id for pk, (patient_id, _contact_by) in people.items()}


def withdraw_asks(*, appointment_id: UUID) -> int:
    """Take back what a person was asked, when they cancel or move themselves; return how many.

    Called after the appointment is changed, in that transaction.
    """
    return MoveAsk.objects.filter(
        appointment_id=appointment_id, state__in=[state.value for state in ASKING]
    ).update(state=AskState.WITHDRAWN.value)


def ask_urls(asks: Mapping[Key, MoveAsk], *, now: datetime) -> dict[Key, str]:
    """Mint a link to each ask, all in one statement; only their hashes are kept."""
    ends_at = now + LINK_LASTS
    wanted = {key: (one.pk, ends_at) for key, one in asks.items()}
    return mint_urls(purpose=ASK_LINK, view="appointments:move_ask_link", wanted=wanted, now=now)
