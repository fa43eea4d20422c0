"""Two hundred people who want forty seats at once: they book, move, cancel, wait and answer offers.

Each is a thread's task with a database connection of its own, through the product's services. The
clock is the real one. The same crowd, for a shorter time, is in the test suite.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from random import Random
from threading import Barrier, Event
from time import perf_counter
from uuid import UUID

from django.db import OperationalError, connection
from django.utils import timezone
from psycopg.errors import DeadlockDetected, SerializationFailure

from appointments.domain.status import OCCUPYING, Status
from appointments.domain.time_bands import Band
from appointments.domain.waiting import OfferState
from appointments.models import Appointment, ClinicSession, Offer, Slot
from appointments.services.booking import (
    AlreadyBookedError,
    HoldExpiredError,
    book,
    cancel,
    confirm,
    rebook,
)
from appointments.services.holding import expire_holds, hold
from appointments.services.moves import ChangedMeanwhileError
from appointments.services.offers import OfferOverError, answer, lapse_offers, offer_free_times
from appointments.services.seats import SlotUnavailableError
from appointments.services.waiting import NotWaitingError, Wish, join, leave
from audit.domain import Actor
from encryption.keys import keyed_hash

PEOPLE = 200
SEATS = 40
THREADS = 12
# Shares of the crowd.
LEAVES_AGAIN, SAYS_YES, ANSWERS_TWICE = 0.1, 0.7, 0.2
PAUSE = 0.5  # seconds between the worker's rounds
REFUSALS = (
    AlreadyBookedError,
    ChangedMeanwhileError,
    HoldExpiredError,
    NotWaitingError,
    OfferOverError,
    SlotUnavailableError,
)


@dataclass
class Told:
    """What the crowd lived through. Times are in seconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    bookings: list[float] = field(default_factory=list)
    deadlocks: int = 0
    errors: list[str] = field(default_factory=list)
    most_seats: int = 0

    def add(self, other: "Told") -> None:
        """Take in what another thread lived through."""
        self.outcomes += other.outcomes
        self.bookings += other.bookings
        self.deadlocks += other.deadlocks
        self.errors += other.errors
        self.most_seats = max(self.most_seats, other.most_seats)


@dataclass(frozen=True)
class Person:
    """Somebody in the crowd, decided to be eligible."""

    patient_id: UUID
    decision_id: UUID

    @property
    def by(self) -> Actor:
        """They act for themselves."""
        return Actor.patient(self.patient_id)


def rush(
    people: list[Person], session: ClinicSession, *, seconds: float, threads: int = THREADS
) -> Told:
    """Let the crowd go on for so long; then return what it lived through."""
    slots = list(Slot.objects.filter(session=session).values_list("pk", flat=True))
    end, start = Event(), Barrier(threads + 2)
    crowd: list[_Actor] = [
        _Visitors(
            start,
            end,
            people=people[number::threads],
            session=session,
            slots=slots,
            random=Random(number),
        )
        for number in range(threads)
    ]
    crowd.append(_Sweeps(start, end, session=session))
    told = Told()
    with ThreadPoolExecutor(len(crowd)) as pool:
        running = [pool.submit(one.run) for one in crowd]
        start.wait(timeout=60)
        end.wait(timeout=seconds)
        end.set()
        for one in running:
            told.add(one.result())
    return told


@dataclass
class _Actor:
    """A thread that does one thing after another until the end."""

    start: Barrier
    end: Event
    told: Told = field(default_factory=Told, init=False)

    def run(self) -> Told:
        connection.ensure_connection()
        try:
            self.start.wait(timeout=60)
            while not self.end.is_set():
                self._attempt()
        finally:
            connection.close()
        return self.told

    def _attempt(self) -> None:
        try:
            self.step()
        except REFUSALS as refusal:
            self.told.outcomes[type(refusal).__name__] += 1
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected | SerializationFailure):
                raise
            self.told.deadlocks += 1
        except Exception as error:  # noqa: BLE001  # told in the end, and the crowd goes on
            self.told.errors.append(f"{type(error).__name__}: {error}")

    def step(self) -> None:
        raise NotImplementedError


@dataclass
class _Visitors(_Actor):
    """Some of the people, one after another in any order, through one connection."""

    people: list[Person] = field(kw_only=True)
    session: ClinicSession = field(kw_only=True)
    slots: list[UUID] = field(kw_only=True)
    random: Random = field(kw_only=True)

    def step(self) -> None:
        """Let one of them do something."""
        act = self.random.choices(
            [self._book, self._check_out, self._cancel, self._move, self._wait, self._answer],
            weights=[4, 4, 3, 2, 2, 4],
        )[0]
        act(self.random.choice(self.people))

    def _book(self, person: Person) -> None:
        begun = perf_counter()
        book(
            patient_id=person.patient_id,
            decision_id=person.decision_id,
            slot_id=self.random.choice(self.slots),
            route="intradermal",
            dose_number=1,
            not_before=None,
            by=person.by,
            now=timezone.now(),
        )
        self._done("booked", begun)

    def _check_out(self, person: Person) -> None:
        begun, browser = perf_counter(), keyed_hash("browser", str(person.patient_id))
        now = timezone.now()
        # Thirty holds an hour are a person's limit: the crowd's browsers are new ones now and then.
        browser = keyed_hash("browser", f"{browser}{self.random.randrange(1000)}")
        hold(
            slot_id=self.random.choice(self.slots),
            browser_hash=browser,
            route="intradermal",
            dose_number=1,
            not_before=None,
            now=now,
        )
        confirm(
            browser_hash=browser,
            patient_id=person.patient_id,
            decision_id=person.decision_id,
            by=person.by,
            now=timezone.now(),
        )
        self._done("held and booked", begun)

    def _cancel(self, person: Person) -> None:
        mine = self._mine(person)
        if mine is not None:
            cancel(appointment_id=mine, by=person.by, now=timezone.now())
            self.told.outcomes["cancelled"] += 1

    def _move(self, person: Person) -> None:
        mine = self._mine(person)
        if mine is not None:
            slot_id = self.random.choice(self.slots)
            rebook(appointment_id=mine, slot_id=slot_id, by=person.by, now=timezone.now())
            self.told.outcomes["moved"] += 1

    def _wait(self, person: Person) -> None:
        entry = join(
            patient_id=person.patient_id,
            clinic_id=self.session.clinic_id,
            decision_id=person.decision_id,
            dose_number=1,
            route="intradermal",
            not_before=None,
            wish=_any_time(self.session.date),
            by=person.by,
            now=timezone.now(),
        )
        self.told.outcomes["waits"] += 1
        if self.random.random() < LEAVES_AGAIN:
            leave(entry_id=entry.pk, by=person.by, now=timezone.now())
            self.told.outcomes["left the list"] += 1

    def _answer(self, person: Person) -> None:
        """Answer an offer, mostly with yes, now and then twice."""
        offers = Offer.objects.filter(state=OfferState.OPEN.value)
        mine = offers.filter(entry__patient_id__in=[one.patient_id for one in self.people]).first()
        if mine is None:
            return
        accept = self.random.random() < SAYS_YES
        for _ in range(1 + (self.random.random() < ANSWERS_TWICE)):
            begun = perf_counter()
            answer(offer_id=mine.pk, accept=accept, by=person.by, now=timezone.now())
            if accept:
                self._done("said yes", begun)
            else:
                self.told.outcomes["said no"] += 1

    def _mine(self, person: Person) -> UUID | None:
        return (
            Appointment.objects.filter(patient_id=person.patient_id, status=Status.BOOKED)
            .values_list("pk", flat=True)
            .first()
        )

    def _done(self, what: str, begun: float) -> None:
        self.told.bookings.append(perf_counter() - begun)
        self.told.outcomes[what] += 1


@dataclass
class _Sweeps(_Actor):
    """The worker: expires holds, ends offers nobody answered, makes new ones, and counts seats."""

    session: ClinicSession = field(kw_only=True)

    def step(self) -> None:
        """Run each sweep once."""
        now = timezone.now()
        expire_holds(now=now)
        lapse_offers(now=now)
        self.told.outcomes["offered by a sweep"] += offer_free_times(now=now)
        seats = Appointment.objects.filter(
            slot__session=self.session, status__in=OCCUPYING, standby=False
        ).count()
        self.told.most_seats = max(self.told.most_seats, seats)
        self.end.wait(timeout=PAUSE)


def _any_time(until: date) -> Wish:
    return Wish(
        wants_time=True,
        standby=False,
        weekdays=tuple(range(7)),
        bands=tuple(Band),
        until=until,
    )
