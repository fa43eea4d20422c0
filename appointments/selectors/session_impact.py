"""What a change of a session does to the people in it: computed, shown, and computed again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db.models import Prefetch, Q

from appointments.domain.rearranging import Arrangement, Booked, Day, Rearranging, Spot, rearrange
from appointments.domain.repairs import ASKING
from appointments.domain.session_changes import Wish, follows_by
from appointments.domain.slot_times import slot_starts
from appointments.domain.status import ACTIVE, Status
from appointments.domain.waiting import OfferState
from appointments.models import Appointment, ClinicSession, MoveAsk, Offer, Slot
from appointments.selectors.new_times import group_offered
from appointments.selectors.places import WHOLE_VIAL_ROUTE, occupying, policy_of


@dataclass(frozen=True)
class Fate:
    """What becomes of somebody with a time. ``spot`` is None for one there is no place for."""

    appointment: Appointment
    was_at: datetime
    was_in: UUID
    spot: Spot | None
    session: ClinicSession | None

    @property
    def told(self) -> bool:
        """Tell whether anything is changed for the person."""
        return self.spot is None or self.spot.starts_at != self.was_at or self.moves_away

    @property
    def moves_away(self) -> bool:
        """Tell whether the new time is in another session."""
        return self.spot is not None and self.spot.day != self.was_in

    @property
    def by_message(self) -> bool:
        """Tell whether the person can be sent a message."""
        patient = self.appointment.patient
        return patient is not None and patient.kept.contact_by != "none"

    @property
    def to_call(self) -> bool:
        """Tell whether somebody must call: no new time, or nowhere to send a message."""
        return self.told and (self.spot is None or not self.by_message)


@dataclass(frozen=True)
class Impact:
    """Everything a wish does to a session. ``fingerprint`` changes when any of it does.

    ``held`` are seats that somebody is booking just now, ``offered`` the open offers in it.
    """

    session: ClinicSession
    wish: Wish
    fates: tuple[Fate, ...]
    held: int
    offered: int
    asked: int
    fingerprint: str

    @property
    def told(self) -> list[Fate]:
        """Return those whose time is changed."""
        return [one for one in self.fates if one.told]

    @property
    def moved(self) -> list[Fate]:
        """Return those who get another time."""
        return [one for one in self.told if one.spot is not None]

    @property
    def lost(self) -> list[Fate]:
        """Return those there is no place for."""
        return [one for one in self.fates if one.spot is None]


def impact_of(session: ClinicSession, wish: Wish, *, now: datetime) -> Impact:
    """Compute what a wish does; seven queries however many people and sessions there are."""
    people = people_with_a_time(session.pk)
    others = _other_sessions(session, now)
    found = rearrange(
        _booked(people, follows_by(wish, session.starts_at), now),
        _as_it_will_be(session, wish, now),
        [_day(one, now) for one in others],
        now=now,
    )
    sessions = {one.pk: one for one in [session, *others]}
    fates = tuple(_fate(one, found, sessions) for one in people)
    held = Appointment.objects.filter(
        slot__session=session, status=Status.HELD, held_until__gt=now
    ).count()
    offered = Offer.objects.filter(session=session, state=OfferState.OPEN).count()
    asked = MoveAsk.objects.filter(repair__session=session, state__in=ASKING).count()
    return Impact(session, wish, fates, held, offered, asked, _fingerprint(session, wish, fates))


def people_with_a_time(session_id: UUID) -> list[Appointment]:
    """List who has a time in a session, or has used one, in order of time; one query."""
    return list(
        Appointment.objects.filter(
            Q(status__in=ACTIVE | {Status.VACCINATED}), slot__session_id=session_id
        )
        .select_related("slot", "patient__merged_into", "decision")
        .order_by("slot__starts_at", "seat", "pk")
    )


def _booked(people: Iterable[Appointment], shift: timedelta, now: datetime) -> list[Booked]:
    return [
        Booked(
            key=one.pk,
            was_at=one.slot.starts_at,
            wanted=one.slot.starts_at if _is_fixed(one, now) else one.slot.starts_at + shift,
            seat=one.seat,
            booked_at=one.booked_at or now,
            whole_vial=one.route == WHOLE_VIAL_ROUTE,
            group=group_offered(one),
            not_before=one.not_before,
            fixed=_is_fixed(one, now),
            follows=not one.standby,
        )
        for one in people
    ]


def _is_fixed(appointment: Appointment, now: datetime) -> bool:
    return appointment.status != Status.BOOKED or appointment.slot.starts_at <= now


def _as_it_will_be(session: ClinicSession, wish: Wish, now: datetime) -> Day:
    """Return the session with its new times, all of them free: its people are placed anew."""
    shape = wish.shape
    seats = frozenset(range(1, shape.stations + 1))
    starts = slot_starts(shape.starts_at, shape.ends_at, session.slot_minutes)
    cancelled = wish.what is Rearranging.CANCEL
    return Day(
        key=session.pk,
        opens_at=shape.starts_at,
        groups=frozenset(session.offered_groups),
        policy=policy_of(session),
        vials=shape.vials,
        free={} if cancelled else {start: seats for start in starts if start > now},
    )


def _other_sessions(session: ClinicSession, now: datetime) -> list[ClinicSession]:
    taken = Appointment.objects.filter(occupying(now)).only("slot_id", "seat", "route")
    slots = Slot.objects.order_by("starts_at").prefetch_related(
        Prefetch("appointments", queryset=taken, to_attr="taken")
    )
    return list(
        ClinicSession.objects.filter(
            clinic_id=session.clinic_id,
            product_id=session.product_id,
            state=ClinicSession.State.OPEN,
            ends_at__gt=now,
        )
        .exclude(pk=session.pk)
        .prefetch_related(Prefetch("slots", queryset=slots, to_attr="all_slots"))
        .order_by("starts_at")
    )


def _day(session: ClinicSession, now: datetime) -> Day:
    slots: list[Slot] = session.all_slots  # type: ignore[attr-defined]
    taken = [(slot.starts_at, one) for slot in slots for one in slot.taken]  # type: ignore[attr-defined]
    return Day(
        key=session.pk,
        opens_at=session.starts_at,
        groups=frozenset(session.offered_groups),
        policy=policy_of(session),
        vials=session.vials_allotted,
        free={
            slot.starts_at: frozenset(range(1, slot.capacity + 1))
            - {one.seat for one in slot.taken}  # type: ignore[attr-defined]
            for slot in slots
            if slot.starts_at > now
        },
        taken=tuple(start for start, one in taken if one.route != WHOLE_VIAL_ROUTE),
        whole_vials=sum(one.route == WHOLE_VIAL_ROUTE for _start, one in taken),
    )


def _fate(
    appointment: Appointment, found: Arrangement, sessions: dict[UUID, ClinicSession]
) -> Fate:
    spot = found.spots.get(appointment.pk)
    slot = appointment.slot
    session = sessions[spot.day] if spot else None
    return Fate(appointment, slot.starts_at, slot.session_id, spot, session)


def _fingerprint(session: ClinicSession, wish: Wish, fates: Iterable[Fate]) -> str:
    """Return a digest of who has which time now and what each would get."""
    seen = [
        str((session.pk, session.state, session.starts_at, session.ends_at)),
        str((session.stations, session.vials_allotted, wish)),
        *sorted(
            f"{one.appointment.pk} {one.appointment.status} {one.appointment.slot_id} "
            f"{one.appointment.seat} {one.appointment.sequence} {one.spot}"
            for one in fates
        ),
    ]
    return sha256("\n".join(seen).encode()).hexdigest()
