"""Takes invitations back that can no longer be met: the vial is empty, closed or past its time."""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from appointments.domain.next_in_line import SHARED_VIAL_ROUTE
from appointments.domain.session_states import RUNNING
from appointments.domain.status import ACTIVE, Move, Status
from appointments.domain.waiting import OfferKind, OfferState
from appointments.locks import lock_session
from appointments.models import Appointment, ClinicSession, Offer, WaitingEntry
from appointments.selectors.standby import promised_by_vial
from appointments.services import waiting_messages
from appointments.services.moves import ChangedMeanwhileError, move
from appointments.services.offer_ends import end_offers, withdraw_offers
from audit.domain import Actor
from audit.services import record
from vaccinations.selectors import open_vials

# Long after its end nothing is open in a session: lapsed, or taken back.
LOOKED_AFTER = timedelta(days=2)
_OPEN = Q(state=OfferState.OPEN.value)
# Who said yes and has not come: whoever has come is never sent home by this.
_ON_THE_WAY = Q(
    state=OfferState.ACCEPTED.value,
    kind=OfferKind.STANDBY.value,
    appointment__status=Status.BOOKED,
    appointment__standby=True,
)


def withdraw_unmeetable(*, now: datetime) -> int:
    """Take back what can no longer be met, in every session; return how many.

    Each session is a transaction under its lock: two sweeps at once take nothing back twice.
    """
    concerned = Offer.objects.filter(_OPEN | _ON_THE_WAY, session__ends_at__gt=now - LOOKED_AFTER)
    sessions = concerned.order_by().values_list("session_id", flat=True).distinct()
    return sum(withdraw_in(session_id, now=now) for session_id in list(sessions))


def withdraw_soon(session_id: UUID, *, now: datetime) -> None:
    """Do so for a session as soon as this transaction is done; should that fail, the sweep does.

    Asks for no lock while rows are held.
    """
    if Offer.objects.filter(_OPEN | _ON_THE_WAY, session_id=session_id).exists():
        transaction.on_commit(partial(withdraw_in, session_id, now=now), robust=True)


def withdraw_in(session_id: UUID, *, now: datetime) -> int:
    """Take back what can no longer be met in a session; return how many."""
    with transaction.atomic():
        session = lock_session(session_id)
        if session.state not in RUNNING or session.ends_at <= now:
            return withdraw_offers(session_id=session_id, now=now)
        left = _left_by_vial(session, now)
        return _invited(session, left, now) + _promised(session, left, now)


def _left_by_vial(session: ClinicSession, now: datetime) -> dict[UUID, int]:
    """Count the doses left in each vial that may still be used, less those promised."""
    usable = [one for one in open_vials(session.clinic_id) if one.usable(now)]
    promises = promised_by_vial(one.vial.pk for one in usable)
    return {one.vial.pk: one.doses_left - promises[one.vial.pk] for one in usable}


def _invited(session: ClinicSession, left: dict[UUID, int], now: datetime) -> int:
    """Take back invitations for which no dose is left, the latest first."""
    invited: dict[UUID | None, list[UUID]] = defaultdict(list)
    rows = Offer.objects.filter(_OPEN, session=session, kind=OfferKind.STANDBY.value)
    for pk, vial_id in rows.order_by("made_at", "pk").values_list("pk", "vial_id"):
        invited[vial_id].append(pk)
    too_many = [
        pk
        for vial_id, ids in invited.items()
        for pk in ids[max(0, left.get(vial_id, 0) if vial_id else 0) :]
    ]
    offers = Offer.objects.filter(pk__in=too_many)
    return len(end_offers(offers, OfferState.WITHDRAWN, by=Actor.system(), now=now))


def _promised(session: ClinicSession, left: dict[UUID, int], now: datetime) -> int:
    """Find another dose for those who said yes; only whom none is left for is told not to come."""
    waiting = Appointment.objects.filter(
        slot__session=session, status__in=ACTIVE, route=SHARED_VIAL_ROUTE, standby=False
    )
    # For people with a time a vial is opened, and it has doses for those on the way too.
    if waiting.exists():
        return 0
    on_the_way = (
        Offer.objects.filter(_ON_THE_WAY, session=session)
        .select_related("entry__patient", "appointment__slot")
        .order_by("-made_at", "pk")
    )
    taken_back = 0
    for offer in on_the_way:
        if offer.vial_id is not None and left.get(offer.vial_id, -1) >= 0:
            continue
        other = next((vial_id for vial_id, doses in left.items() if doses > 0), None)
        if other is not None:
            left[other] -= 1
            Offer.objects.filter(pk=offer.pk).update(vial=other)
        else:
            taken_back += _send_word(offer, now=now)
        if offer.vial_id in left:
            left[offer.vial_id] += 1
    return taken_back


def _send_word(offer: Offer, *, now: datetime) -> int:
    """Cancel what was agreed, tell the person, and give them back their place in line."""
    appointment, entry = offer.appointment, offer.entry
    assert appointment is not None, "who said yes is on the day's list"
    try:
        move(appointment, Move.CANCEL, ended_at=now)
    except ChangedMeanwhileError:
        return 0
    wait_again(entry)
    waiting_messages.withdrawn(offer, entry, now=now)
    record(
        action="standby.withdrawn",
        by=Actor.system(),
        now=now,
        patient_id=entry.patient_id,
        object_id=offer.pk,
    )
    return 1


def wait_again(entry: WaitingEntry) -> WaitingEntry | None:
    """Put somebody back in line where they stood, waiting for a time too; None if they are."""
    waits = WaitingEntry.objects.filter(
        patient_id=entry.patient_id,
        clinic_id=entry.clinic_id,
        dose_number=entry.dose_number,
        ended_at=None,
    )
    if waits.exists():
        return None
    again = WaitingEntry.objects.get(pk=entry.pk)
    again.pk, again.ended_at, again.end, again.wants_time = uuid4(), None, "", True
    again.save(force_insert=True)
    return again
