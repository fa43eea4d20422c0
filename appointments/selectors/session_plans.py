"""How a session is planned: who shares vials, what is free, who can come at another time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from appointments.domain import vial_planning
from appointments.domain.merging import DayToMerge
from appointments.domain.slot_times import minute_of
from appointments.domain.status import Status
from appointments.domain.time_bands import band_of
from appointments.domain.vial_policy import VialPolicy
from appointments.models import Appointment, ClinicSession, Slot
from appointments.selectors.places import WHOLE_VIAL_ROUTE, occupying, policy_of
from clinics.domain.calendar import OSLO, oslo_date
from patients.models import Patient


@dataclass(frozen=True)
class Seated:
    """Somebody with a seat in a shared vial. ``bands``: when they can come instead."""

    appointment_id: UUID
    minute: int
    status: str
    bands: frozenset[str]
    not_before: date | None
    reachable: bool

    @property
    def may_be_asked(self) -> bool:
        """Tell whether they have said that we may ask them to move, and we can reach them."""
        return bool(self.bands) and self.reachable and self.status == Status.BOOKED


@dataclass(frozen=True)
class SlotSeats:
    """A slot and the numbers of its free seats, lowest first."""

    slot_id: UUID
    starts_at: datetime
    free: tuple[int, ...]


@dataclass(frozen=True)
class SessionPlan:
    """A session's bookings as the planner sees them. ``people`` are in order of time.

    ``slots``: minute from opening -> slot. ``whole_vials``: people who take a vial each.
    """

    session: ClinicSession
    policy: VialPolicy
    people: tuple[Seated, ...]
    slots: Mapping[int, SlotSeats]
    whole_vials: int
    # The first day that suits everybody who has to wait for a dose; None when nobody has.
    not_before: date | None = None

    @property
    def minutes(self) -> list[int]:
        """The minutes of those who share vials, sorted."""
        return [one.minute for one in self.people]

    @property
    def booked(self) -> int:
        """How many people have a place."""
        return len(self.people) + self.whole_vials

    def vials(self, minutes: Iterable[int] | None = None) -> int:
        """Count the vials planned, as it is or with people at other minutes."""
        times = self.minutes if minutes is None else sorted(minutes)
        return len(vial_planning.plan_batches(times, self.policy).batches) + self.whole_vials

    def seats(self, now: datetime) -> dict[int, int]:
        """Return the free seats of the times to come: minute -> seats."""
        return {
            minute: len(slot.free)
            for minute, slot in self.slots.items()
            if slot.free and slot.starts_at > now
        }

    def at(self, index: int) -> datetime:
        """Return when the person at an index has their time."""
        return self.slots[self.people[index].minute].starts_at

    def index_of(self, appointment_id: UUID) -> int | None:
        """Return where somebody is among ``people``; None when they share no vial here."""
        found = (i for i, one in enumerate(self.people) if one.appointment_id == appointment_id)
        return next(found, None)

    def movable(
        self, *, asked: Collection[UUID], promised: Iterable[int], now: datetime
    ) -> dict[int, set[int]]:
        """Return who can come at which free minutes, by index into ``people``.

        Without those ``asked`` before; ``promised`` are the minutes others are asked about.
        """
        seats = self.seats(now)
        for minute in promised:
            seats[minute] = seats.get(minute, 0) - 1
        free = [self.slots[minute] for minute, count in seats.items() if count > 0]
        return {
            index: {
                minute_of(slot.starts_at, self.session.starts_at)
                for slot in free
                if band_of(slot.starts_at.astimezone(OSLO).time()) in one.bands
                and (one.not_before is None or oslo_date(slot.starts_at) >= one.not_before)
            }
            for index, one in enumerate(self.people)
            if one.may_be_asked and one.appointment_id not in asked
        }

    def to_merge(self, now: datetime) -> DayToMerge:
        """Return the day as the question of closing it needs it."""
        return DayToMerge(
            times=self.minutes,
            seats=self.seats(now),
            whole_vials=self.whole_vials,
            vials=self.session.vials_allotted,
            policy=self.policy,
        )


def session_plans(
    sessions: Iterable[ClinicSession], *, now: datetime, policy: VialPolicy | None = None
) -> dict[UUID, SessionPlan]:
    """Plan sessions; two queries however many there are. ``policy`` instead of their own."""
    known = list(sessions)
    taken: dict[UUID, list[Any]] = defaultdict(list)
    rows = (
        Appointment.objects.filter(occupying(now), slot__session__in=known)
        .order_by("slot__starts_at", "seat")
        .values(
            "pk",
            "slot_id",
            "slot__session_id",
            "slot__starts_at",
            "seat",
            "status",
            "route",
            "movable_bands",
            "not_before",
            contact_by=Coalesce("patient__merged_into__contact_by", "patient__contact_by"),
        )
    )
    for row in rows:
        taken[row["slot__session_id"]].append(row)
    slots: dict[UUID, list[Slot]] = defaultdict(list)
    for slot in Slot.objects.filter(session__in=known).order_by("starts_at"):
        slots[slot.session_id].append(slot)
    return {
        session.pk: _plan(session, taken[session.pk], slots[session.pk], policy)
        for session in known
    }


def session_plan(
    session: ClinicSession, *, now: datetime, policy: VialPolicy | None = None
) -> SessionPlan:
    """Plan one session; two queries."""
    return session_plans([session], now=now, policy=policy)[session.pk]


def _plan(
    session: ClinicSession,
    taken: Iterable[Any],
    slots: Iterable[Slot],
    policy: VialPolicy | None,
) -> SessionPlan:
    seats: dict[UUID, set[int]] = defaultdict(set)
    people, whole, days = [], 0, []
    for row in taken:
        seats[row["slot_id"]].add(row["seat"])
        if row["not_before"]:
            days.append(row["not_before"])
        if row["route"] == WHOLE_VIAL_ROUTE:
            whole += 1
            continue
        people.append(
            Seated(
                appointment_id=row["pk"],
                minute=minute_of(row["slot__starts_at"], session.starts_at),
                status=row["status"],
                bands=frozenset(row["movable_bands"]),
                not_before=row["not_before"],
                reachable=row["contact_by"] not in {None, Patient.ContactBy.NONE},
            )
        )
    return SessionPlan(
        session=session,
        policy=policy or policy_of(session),
        people=tuple(people),
        slots={
            minute_of(slot.starts_at, session.starts_at): SlotSeats(
                slot.pk,
                slot.starts_at,
                tuple(n for n in range(1, slot.capacity + 1) if n not in seats[slot.pk]),
            )
            for slot in slots
        },
        whole_vials=whole,
        not_before=max(days, default=None),
    )
