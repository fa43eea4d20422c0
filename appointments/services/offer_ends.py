"""Ends offers: each seat that was held for one is free at the same moment. Needs no lock.

Rows are always taken in the order entry, offer, appointment: so nobody waits for each other.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from appointments.domain.status import Status
from appointments.domain.waiting import OfferKind, OfferState
from appointments.models import Appointment, Offer
from audit.domain import Actor
from audit.services import record


def end_offers(
    offers: QuerySet[Offer], state: OfferState, *, by: Actor, now: datetime
) -> list[Offer]:
    """End those of some offers that are open, and free their seats; return which.

    Compare-and-set under their row locks: one that is just being answered is waited for.
    """
    with transaction.atomic():
        found = list(
            offers.filter(state=OfferState.OPEN.value)
            .select_for_update(of=("self",), no_key=True)
            .select_related("entry")
            .order_by("pk")
        )
        if not found:
            return []
        Offer.objects.filter(pk__in=[one.pk for one in found]).update(
            state=state.value, ended_at=now
        )
        held = [one.appointment_id for one in found if one.appointment_id]
        Appointment.objects.filter(pk__in=held, status=Status.HELD).update(
            status=Status.EXPIRED, ended_at=now
        )
        for one in found:
            one.state, one.ended_at = state.value, now
            record(
                action=f"offer.{state.value}",
                by=by,
                now=now,
                patient_id=one.entry.patient_id,
                object_id=one.pk,
            )
    return found


def withdraw_offers(
    *,
    session_id: UUID,
    now: datetime,
    by: Actor | None = None,
    kinds: tuple[OfferKind, ...] = tuple(OfferKind),
) -> int:
    """Take back the open offers of a session, when it is cancelled, say; return how many.

    Call it before looking for held seats: what was held for them is free then.
    """
    offers = Offer.objects.filter(session_id=session_id, kind__in=[kind.value for kind in kinds])
    return len(end_offers(offers, OfferState.WITHDRAWN, by=by or Actor.system(), now=now))
