"""What is always true of offers, of what is held for them, and of who was passed over."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q

from appointments.domain.status import ACTIVE, Status
from appointments.domain.waiting import OfferKind, OfferState, SkipReason
from appointments.integrity.seats import SWEEP_GRACE
from appointments.models import Appointment, Offer, OfferSkip
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows
from vaccinations.domain.vial_balance import UNITS_PER_VIAL

INVARIANTS = Invariants()
_OPEN = Q(state=OfferState.OPEN.value)
_TIME = Q(kind=OfferKind.TIME.value)


@INVARIANTS.add("offer.words", "An offer's kind and state are known, and it is ended or open")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(kind__in=[k.value for k in OfferKind], state__in=[s.value for s in OfferState])
    ended = Q(_OPEN, ended_at=None) | Q(~_OPEN, ended_at__isnull=False)
    yield from rows(Offer.objects.exclude(known & ended), "{kind} {state}, ended {ended_at}")


@INVARIANTS.add("offer.one_open", "Somebody who waits has one open offer at most")
def find_doubled(now: datetime) -> Iterator[Fault]:
    doubled = (
        Offer.objects.filter(_OPEN)
        .values("entry_id")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "one person, {times} open offers")


@INVARIANTS.add("offer.held", "An offered time is held for the person until the answer is due")
def find_not_held(now: datetime) -> Iterator[Fault]:
    held = Q(
        appointment__status=Status.HELD,
        appointment__held_until=F("answer_by"),
        appointment__slot__session_id=F("session_id"),
    )
    offered = Offer.objects.filter(_OPEN, _TIME, answer_by__gt=now)
    yield from rows(offered.exclude(held), "nothing is held until {answer_by}")


@INVARIANTS.add("offer.released", "Nothing is held for an offer that has ended")
def find_still_held(now: datetime) -> Iterator[Fault]:
    ended = Offer.objects.filter(~_OPEN, appointment__status=Status.HELD)
    yield from rows(ended, "{state}, yet a seat is held")


@INVARIANTS.add("offer.swept", "Offers that nobody answered in time have ended")
def find_stale(now: datetime) -> Iterator[Fault]:
    stale = Offer.objects.filter(_OPEN, answer_by__lte=now - SWEEP_GRACE)
    yield from rows(stale, "the answer was due long ago: does the worker run?")


@INVARIANTS.add("offer.of_one_who_waits", "An open offer is one of somebody who waits there")
def find_orphans(now: datetime) -> Iterator[Fault]:
    waits = Q(entry__ended_at=None, entry__clinic_id=F("session__clinic_id"))
    yield from rows(Offer.objects.filter(_OPEN).exclude(waits), "the person does not wait there")


@INVARIANTS.add(
    "offer.standby", "Who is called says when to come, and for which vial of the clinic"
)
def find_odd_calls(now: datetime) -> Iterator[Fault]:
    fits = (
        Q(_TIME, vial=None, come_by=None, appointment__isnull=False)
        | Q(
            kind=OfferKind.STANDBY.value,
            come_by__isnull=False,
            vial__clinic_id=F("session__clinic_id"),
        )
        | Q(kind=OfferKind.STANDBY_AHEAD.value, come_by__isnull=False, vial=None)
    )
    yield from rows(Offer.objects.exclude(fits), "{kind}, come by {come_by}")


@INVARIANTS.add("offer.accepted", "Who said yes got an appointment of their own")
def find_empty_yes(now: datetime) -> Iterator[Fault]:
    # Whoever had a time already moved to the new one, and what was held for it expired.
    own = Q(appointment__patient__person_id=F("entry__patient__person_id")) | Q(
        appointment__status=Status.EXPIRED, appointment__patient=None
    )
    said_yes = Offer.objects.filter(state=OfferState.ACCEPTED.value)
    yield from rows(said_yes.exclude(own), "{kind}, and no appointment")


@INVARIANTS.add("offer.doses", "Never are more doses of a vial promised than it can hold")
def find_overpromised(now: datetime) -> Iterator[Fault]:
    promised = (
        Offer.objects.filter(
            state=OfferState.ACCEPTED.value,
            kind=OfferKind.STANDBY.value,
            appointment__status__in=ACTIVE,
            appointment__standby=True,
        )
        .values("vial_id")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=UNITS_PER_VIAL)
    )
    yield from groups(promised, "{times} doses of one vial")


@INVARIANTS.add("offer.dose", "A seat held for an offer is of the dose that is waited for")
def find_other_doses(now: datetime) -> Iterator[Fault]:
    same = Q(appointment__dose_number=F("entry__dose_number"), appointment__route=F("entry__route"))
    held = Offer.objects.filter(_OPEN, _TIME)
    yield from rows(held.exclude(same), "the seat is for another dose or route")


@INVARIANTS.add("seat.unless_standby", "Everybody but a standby person has a seat")
def find_seatless(now: datetime) -> Iterator[Fault]:
    fits = Q(standby=True, seat=None) | Q(standby=False, seat__isnull=False)
    yield from rows(Appointment.objects.exclude(fits), "standby {standby}, seat {seat}")


@INVARIANTS.add("skip.words", "Why somebody was passed over is known, and kept once")
def find_odd_skips(now: datetime) -> Iterator[Fault]:
    known = Q(
        kind__in=[kind.value for kind in OfferKind],
        reason__in=[reason.value for reason in SkipReason],
        entry__clinic_id=F("session__clinic_id"),
    )
    yield from rows(OfferSkip.objects.exclude(known), "{kind} {reason}")
    doubled = (
        OfferSkip.objects.values("entry_id", "session_id", "kind", "reason")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "{kind} {reason}, {times} times")
