"""Which times are free, and which of them share a vial that is already planned."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from appointments.domain.slot_times import minute_of
from appointments.domain.status import OCCUPYING, Status
from appointments.domain.vial_planning import VialPolicy, deltas, min_vials
from appointments.models import Appointment, ClinicSession, Slot

WHOLE_VIAL_ROUTE = "subcutaneous"


@dataclass(frozen=True)
class Place:
    """A free time. ``shares_vial``: taking it needs no vial beyond those planned."""

    slot_id: UUID
    starts_at: datetime
    shares_vial: bool


@dataclass(frozen=True)
class SessionPlaces:
    """The free times of one session, in order."""

    session: ClinicSession
    places: tuple[Place, ...]


def occupying(now: datetime) -> Q:
    """Select the appointments that take a seat: a hold that has run out does not, nor standby."""
    return Q(status__in=OCCUPYING, standby=False) & ~Q(status=Status.HELD, held_until__lte=now)


def others_than(leaving: UUID | None) -> Q:
    """Select all appointments but the one that gives up its place for another."""
    return ~Q(pk=leaving) if leaving else Q()


def policy_of(session: ClinicSession) -> VialPolicy:
    """Return the planning policy that governs a session."""
    return VialPolicy.from_snapshot(session.window_minutes, session.policy)


@dataclass(frozen=True)
class Load:
    """What a session has promised: minutes of shared-vial people (sorted), whole-vial people."""

    minutes: tuple[int, ...]
    whole_vials: int


def load_of(session: ClinicSession, taken: Iterable[tuple[datetime, str]]) -> Load:
    """Sum up taken places given as (start, route)."""
    minutes, whole = [], 0
    for starts_at, route in taken:
        if route == WHOLE_VIAL_ROUTE:
            whole += 1
        else:
            minutes.append(minute_of(starts_at, session.starts_at))
    return Load(tuple(sorted(minutes)), whole)


def vials_for(session: ClinicSession, load: Load) -> int:
    """Return how many vials a load is planned to need."""
    policy = policy_of(session)
    shared = min_vials(load.minutes, policy.span_min, policy.booked_per_vial)
    return shared + load.whole_vials


def _bookable(clinic_id: int, *, group: int | None, not_before: date) -> QuerySet[ClinicSession]:
    sessions = ClinicSession.objects.filter(
        clinic_id=clinic_id, state=ClinicSession.State.OPEN, date__gte=not_before
    )
    if group is not None:
        sessions = sessions.filter(offered_groups__contains=[group])
    return sessions.order_by("starts_at")


def free_places(
    clinic_id: int,
    *,
    route: str,
    group: int | None,
    not_before: date,
    now: datetime,
    leaving: UUID | None = None,
) -> list[SessionPlaces]:
    """List the sessions of a clinic with a free time, earliest first.

    Three queries however many sessions there are. ``group`` None leaves the group out of it (a
    second dose is given whatever groups are open now). Times that have begun are left out.
    ``leaving`` is the appointment that would give up its place for one of these.
    """
    sessions = list(_bookable(clinic_id, group=group, not_before=not_before))
    slots: dict[UUID, list[_Slot]] = defaultdict(list)
    # Plain tuples: the coming weeks have thousands of slots, and each page looks at them all.
    for session_id, pk, starts_at, capacity in (
        Slot.objects.filter(session__in=sessions)
        .order_by("starts_at")
        .values_list("session_id", "pk", "starts_at", "capacity")
    ):
        slots[session_id].append(_Slot(pk, starts_at, capacity))
    routes: dict[UUID, list[str]] = defaultdict(list)
    for slot_id, taken_route in (
        Appointment.objects.filter(occupying(now), slot__session__in=sessions)
        .filter(others_than(leaving))
        .values_list("slot_id", "route")
    ):
        routes[slot_id].append(taken_route)
    found = [
        _session_places(session, slots[session.pk], routes, route=route, now=now)
        for session in sessions
    ]
    return [one for one in found if one.places]


class _Slot(NamedTuple):
    pk: UUID
    starts_at: datetime
    capacity: int


def _session_places(
    session: ClinicSession,
    slots: Iterable[_Slot],
    routes: Mapping[UUID, Sequence[str]],
    *,
    route: str,
    now: datetime,
) -> SessionPlaces:
    """Find the free times among a session's slots; ``routes`` are those of the people in a slot."""
    taken = [(slot.starts_at, each) for slot in slots for each in routes.get(slot.pk, ())]
    load = load_of(session, taken)
    spare = session.vials_allotted - vials_for(session, load)
    free = [
        slot
        for slot in slots
        if slot.starts_at > now and len(routes.get(slot.pk, ())) < slot.capacity
    ]
    if route == WHOLE_VIAL_ROUTE:
        places = [Place(s.pk, s.starts_at, shares_vial=False) for s in free if spare > 0]
        return SessionPlaces(session, tuple(places))
    minutes = {slot.pk: minute_of(slot.starts_at, session.starts_at) for slot in free}
    extra = deltas(load.minutes, sorted(set(minutes.values())), policy_of(session))
    places = [
        Place(slot.pk, slot.starts_at, shares_vial=extra[minutes[slot.pk]] == 0)
        for slot in free
        if extra[minutes[slot.pk]] <= spare
    ]
    return SessionPlaces(session, tuple(places))


def by_week(found: Iterable[SessionPlaces]) -> dict[tuple[int, int], list[SessionPlaces]]:
    """Group sessions by ISO year and week."""
    weeks: dict[tuple[int, int], list[SessionPlaces]] = defaultdict(list)
    for one in found:
        iso = one.session.date.isocalendar()
        weeks[iso.year, iso.week].append(one)
    return dict(weeks)
