"""Who waits at a clinic, as the rules of the line see them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from appointments.domain.answer_times import QuietHours
from appointments.domain.next_in_line import WITHOUT_GROUP, Waiter
from appointments.domain.status import ACTIVE, Status
from appointments.domain.time_bands import Band
from appointments.domain.waiting import OfferKind, OfferState
from appointments.models import Appointment, Offer, WaitingEntry
from appointments.selectors.new_times import group_for
from clinics.domain.calendar import oslo_date
from notifications.services.outbox import channels_of
from patients.models import Patient
from patients.selectors import stopped_channels

# Whoever let an offer go is not asked again about the same day.
LET_GO = (OfferState.DECLINED, OfferState.LAPSED)


def waiting_at(clinic_id: int, *, now: datetime) -> QuerySet[WaitingEntry]:
    """Return those who wait at a clinic today, with patient and decision; one query.

    Of the decision only what the line needs is read: the rest stays encrypted.
    """
    return (
        WaitingEntry.objects.filter(clinic_id=clinic_id, ended_at=None, until__gte=oslo_date(now))
        .select_related("patient__merged_into", "decision")
        .only(
            "clinic_id",
            "patient_id",
            "decision_id",
            "dose_number",
            "route",
            "not_before",
            "wants_time",
            "standby",
            "weekdays",
            "bands",
            "until",
            "eta_minutes",
            "quiet_from",
            "quiet_until",
            "joined_at",
            "patient__given_name",
            "patient__family_name",
            "patient__protected_address",
            "patient__contact_by",
            "patient__any_hour",
            "patient__person_id",
            "patient__merged_into__given_name",
            "patient__merged_into__family_name",
            "patient__merged_into__protected_address",
            "patient__merged_into__contact_by",
            "patient__merged_into__any_hour",
            "decision__priority_group",
            "decision__source",
        )
        .order_by("joined_at", "pk")
    )


def waiters_at(clinic_id: int, *, now: datetime) -> dict[UUID, tuple[WaitingEntry, Waiter]]:
    """Return the line of a clinic, unordered, by entry; five queries however many wait."""
    entries = list(waiting_at(clinic_id, now=now))
    return as_waiters(entries, now=now)


def as_waiters(
    entries: Iterable[WaitingEntry], *, now: datetime
) -> dict[UUID, tuple[WaitingEntry, Waiter]]:
    """Return entries with what the rules know of each; four queries."""
    known = list(entries)
    people = {one.patient.person_id for one in known}
    booked = {
        (person_id, dose_number): (starts_at, not_before)
        for person_id, dose_number, starts_at, not_before in Appointment.objects.filter(
            still_has_a_time(now), patient__person_id__in=people
        ).values_list("patient__person_id", "dose_number", "slot__starts_at", "not_before")
    }
    asked_now = set(
        Offer.objects.filter(
            entry__patient__person_id__in=people, state=OfferState.OPEN.value
        ).values_list("entry__patient__person_id", flat=True)
    )
    asked_in: dict[UUID, set[tuple[OfferKind, UUID]]] = defaultdict(set)
    let_go = Offer.objects.filter(
        entry__in=known, state__in=[state.value for state in LET_GO]
    ).values_list("entry_id", "kind", "session_id")
    for entry_id, kind, session_id in let_go:
        asked_in[entry_id].add((OfferKind(kind), session_id))
    stopped = stopped_channels(people)
    nothing = (None, None)
    return {
        one.pk: (
            one,
            replace(
                _waiter(one),
                earlier_than=booked.get((one.patient.person_id, one.dose_number), nothing)[0],
                not_before=_later(
                    one.not_before, booked.get((one.patient.person_id, one.dose_number), nothing)[1]
                ),
                has_offer=one.patient.person_id in asked_now,
                asked_in=frozenset(asked_in[one.pk]),
                stopped=_gets_none(one, stopped.get(one.patient.person_id, set())),
            ),
        )
        for one in known
    }


def still_has_a_time(now: datetime) -> Q:
    """Select the appointments that somebody has: not what they missed and nobody has noted yet."""
    missed = Q(status=Status.BOOKED, slot__session__ends_at__lte=now)
    return Q(status__in=ACTIVE) & ~missed


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _gets_none(entry: WaitingEntry, stopped: set[str]) -> bool:
    """Tell whether somebody has stopped offers wherever they are reached."""
    reached = channels_of(entry.patient.kept.contact_by)
    return bool(reached) and stopped.issuperset(reached)


def _waiter(entry: WaitingEntry) -> Waiter:
    return Waiter(
        entry_id=entry.pk,
        rank=int(entry.decision.priority_group or WITHOUT_GROUP),
        joined_at=entry.joined_at,
        group=group_for(entry.decision, dose_number=entry.dose_number),
        route=entry.route,
        wants_time=entry.wants_time,
        standby=entry.standby,
        weekdays=frozenset(entry.weekdays),
        bands=frozenset(Band(band) for band in entry.bands),
        not_before=entry.not_before,
        eta_minutes=entry.eta_minutes,
        quiet=quiet_of(entry),
        any_hour=entry.patient.kept.any_hour,
        reachable=entry.patient.kept.contact_by != Patient.ContactBy.NONE,
    )


def quiet_of(entry: WaitingEntry) -> QuietHours | None:
    """Return when somebody does not want to be disturbed."""
    if entry.quiet_from is None or entry.quiet_until is None:
        return None
    return QuietHours(entry.quiet_from, entry.quiet_until)


def count_waiting(clinic_ids: Iterable[int], *, now: datetime) -> Counter[int]:
    """Count who waits at each clinic; one query."""
    counted = (
        WaitingEntry.objects.filter(
            clinic__in=list(clinic_ids), ended_at=None, until__gte=oslo_date(now)
        )
        .order_by()
        .values_list("clinic_id")
        .annotate(Count("pk"))
    )
    return Counter(dict(counted))
