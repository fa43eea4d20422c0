"""What is always true of sessions and their slots."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import (
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
)
from django.db.models.functions import TruncDate

from appointments.domain.status import ACTIVE
from appointments.domain.vial_policy import ImpossiblePolicyError
from appointments.models import Appointment, ClinicSession, PlanningNumbers, Slot
from appointments.selectors.places import load_of, occupying, policy_of, vials_for
from appointments.services.policies import check_planning_numbers
from clinics.domain.calendar import OSLO
from integrity.invariants import Fault, Invariants
from integrity.rows import CHUNK, rows, table_of

INVARIANTS = Invariants()
State = ClinicSession.State


@INVARIANTS.add("session.state", "A session's state is known")
def find_unknown_states(now: datetime) -> Iterator[Fault]:
    yield from rows(ClinicSession.objects.exclude(state__in=State.values), "state is not known")


@INVARIANTS.add("session.date", "A session's date is the day in Oslo when it opens")
def find_wrong_dates(now: datetime) -> Iterator[Fault]:
    sessions = ClinicSession.objects.annotate(opens_on=TruncDate("starts_at", tzinfo=OSLO))
    yield from rows(sessions.exclude(date=F("opens_on")), "dated {date}, opens {opens_on}")


@INVARIANTS.add("session.times", "A session ends after it opens, and its cutoff is before")
def find_odd_times(now: datetime) -> Iterator[Fault]:
    in_order = Q(ends_at__gt=F("starts_at"), cutoff_at__lte=F("starts_at"))
    yield from rows(ClinicSession.objects.exclude(in_order), "cutoff, opening and end out of order")


@INVARIANTS.add("session.alone", "A clinic has one session at a time")
def find_overlapping(now: datetime) -> Iterator[Fault]:
    held = ClinicSession.objects.exclude(state=State.CANCELLED)
    others = held.filter(
        clinic=OuterRef("clinic"),
        starts_at__lt=OuterRef("ends_at"),
        ends_at__gt=OuterRef("starts_at"),
    ).exclude(pk=OuterRef("pk"))
    yield from rows(held.filter(Exists(others)), "overlaps another at its clinic")


@INVARIANTS.add("session.room", "A session has stations, slots of some minutes and known groups")
def find_odd_numbers(now: datetime) -> Iterator[Fault]:
    fits = Q(
        stations__gte=1,
        slot_minutes__gte=1,
        window_minutes__gte=1,
        window_minutes__lte=480,
        offered_groups__contained_by=[1, 2, 3],
    )
    yield from rows(
        ClinicSession.objects.exclude(fits),
        "{stations} stations, {slot_minutes} minutes a slot, {window_minutes} minutes in use,"
        " groups {offered_groups}",
    )


@INVARIANTS.add("session.expected", "Nobody is expected at a draft or a cancelled session")
def find_expected_in_vain(now: datetime) -> Iterator[Fault]:
    in_vain = Appointment.objects.filter(
        status__in=ACTIVE, slot__session__state__in=[State.DRAFT, State.CANCELLED]
    )
    yield from rows(in_vain, "{status} in a session that is {slot__session__state}")


@INVARIANTS.add("session.policy", "The planning numbers kept with a session can be read and meant")
def find_impossible_policies(now: datetime) -> Iterator[Fault]:
    kept = ClinicSession.objects.only("window_minutes", "policy").iterator(chunk_size=CHUNK)
    for session in kept:
        try:
            policy_of(session)
        except ImpossiblePolicyError as error:
            what = f"{error.field} cannot be"
            yield Fault(table_of(ClinicSession), (str(session.pk),), what)


@INVARIANTS.add("planning.numbers", "What a clinic has chosen for its planning makes a policy")
def find_impossible_numbers(now: datetime) -> Iterator[Fault]:
    for own in PlanningNumbers.objects.all():
        try:
            check_planning_numbers(own.chosen())
        except ImpossiblePolicyError as error:
            what = f"{error.field} cannot be"
            yield Fault(table_of(PlanningNumbers), (str(own.pk),), what)


@INVARIANTS.add("session.vials", "A session never promises more vials than are allotted to it")
def find_overpromised(now: datetime) -> Iterator[Fault]:
    taken = (
        Appointment.objects.filter(occupying(now))
        .select_related("slot__session")
        .only(
            "route",
            "slot__starts_at",
            "slot__session__starts_at",
            "slot__session__window_minutes",
            "slot__session__policy",
            "slot__session__vials_allotted",
        )
        .order_by("slot__session_id")
        .iterator(chunk_size=CHUNK)
    )
    for session_id, people in groupby(taken, key=lambda one: one.slot.session_id):
        those = list(people)
        session = those[0].slot.session
        load = load_of(session, [(one.slot.starts_at, one.route) for one in those])
        try:
            needed = vials_for(session, load)
        except ImpossiblePolicyError:  # session.policy tells of it
            continue
        if needed > session.vials_allotted:
            what = f"{needed} vials promised, {session.vials_allotted} allotted"
            yield Fault(table_of(ClinicSession), (str(session_id),), what)


@INVARIANTS.add("slot.capacity", "A slot to come has room for one person a station at most")
def find_odd_capacities(now: datetime) -> Iterator[Fault]:
    # Those that have begun keep the room they had when stations are taken away during the day.
    many = Slot.objects.filter(capacity__gt=F("session__stations"), starts_at__gt=now)
    yield from rows(many, "room for {capacity}, {session__stations} stations")


@INVARIANTS.add("slot.inside", "A slot with room lies within its session")
def find_slots_outside(now: datetime) -> Iterator[Fault]:
    length = ExpressionWrapper(
        F("session__slot_minutes") * Value(timedelta(minutes=1), DurationField()),
        output_field=DurationField(),
    )
    inside = Q(
        starts_at__gte=F("session__starts_at"), session__ends_at__gte=F("starts_at") + length
    )
    # A time that was taken away has room for nobody: it is what former appointments point at.
    kept = Slot.objects.exclude(capacity=0)
    yield from rows(kept.exclude(inside), "begins before its session or ends after it")


@INVARIANTS.add("session.late", "A late day says by how much, 1 to 240 minutes, and since when")
def find_odd_delays(now: datetime) -> Iterator[Fault]:
    on_time = Q(late_minutes=None, late_since=None)
    late = Q(late_minutes__gte=1, late_minutes__lte=240, late_since__isnull=False)
    odd = ClinicSession.objects.exclude(on_time | late)
    yield from rows(odd, "late by {late_minutes} since {late_since}")
