"""A small clinic and its ledger: how every walk begins, and what must be true after a step."""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.test import TestCase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import appointments.integrity
import audit.integrity
import notifications.integrity
from appointments.domain.status import ACTIVE, Status
from appointments.domain.waiting import OfferState
from appointments.models import (
    Appointment,
    Offer,
    Slot,
)
from appointments.services.booking import (
    AlreadyBookedError,
    HoldExpiredError,
)
from appointments.services.holding import expire_holds
from appointments.services.offers import lapse_offers, offer_free_times
from appointments.services.seats import SlotUnavailableError
from appointments.services.session_changes import (
    SessionEndedError,
)
from appointments.services.session_impact import (
    AlreadyBegunError,
    NothingChangedError,
)
from appointments.services.sessions import SessionOverError
from integrity.invariants import Invariants
from mpoxclinic.invariants import INVARIANTS, find_faults
from tests.appointments.stateful.ledger import Day, Ledger, Time
from tests.factories import BEFORE, OPENING, make_clinic, make_decision, make_session

PEOPLE, BROWSERS, DAYS, SLOTS = 5, 2, 2, 2
# Asked after each step: all that is said of rows which a step can write. At the end of each example
# all invariants are asked.
WRITTEN = Invariants(
    appointments.integrity.INVARIANTS,
    notifications.integrity.INVARIANTS,
    audit.integrity.INVARIANTS,
)

people = st.integers(0, PEOPLE - 1)
browsers = st.integers(0, BROWSERS - 1)
times = st.integers(0, DAYS * SLOTS - 1)
days = st.integers(0, DAYS - 1)
# What the services answered, so that a run can tell that it met everything.
SEEN: Counter[str] = Counter()
IMPOSSIBLE = (AlreadyBegunError, NothingChangedError, SessionEndedError, SessionOverError)
REFUSED = (AlreadyBookedError, SlotUnavailableError, HoldExpiredError)
# The sweeps run when the walk says so, which may be late.
LATE_SWEEPS = {"hold.swept", "offer.swept"}


class World(RuleBasedStateMachine):
    """A clinic with two days of two times, one vial or two a day, and five people who want them."""

    wrote = False

    @initialize()
    def open(self):
        self.savepoint = transaction.savepoint()
        self.now = BEFORE
        self.clinic = make_clinic()
        sessions = [
            make_session(
                clinic=self.clinic,
                starts_at=OPENING + timedelta(days=day),
                hours=4,
                slot_minutes=120,
                stations=1 + day,
                vials=2 - day,
                window_minutes=120,
            )
            for day in range(DAYS)
        ]
        slots = {
            Time(slot.pk, day, slot.starts_at): slot.capacity
            for day, one in enumerate(sessions)
            for slot in Slot.objects.filter(session=one)
        }
        self.ledger = Ledger(
            days=[Day(one.pk, one.vials_allotted) for one in sessions],
            times=list(slots),
            seats=slots,
        )
        self.decisions = [make_decision() for _ in range(PEOPLE)]
        self.begin()

    def begin(self):
        """Do what the walk begins with."""

    def teardown(self):
        if hasattr(self, "savepoint"):
            try:
                self.no_fault(INVARIANTS)
            finally:
                transaction.savepoint_rollback(self.savepoint)

    # What time and the sweeps do.

    @rule(minutes=st.sampled_from([1, 6, 11, 59, 245]))
    def time_goes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def sweep(self):
        for one in (expire_holds, lapse_offers, offer_free_times):
            self.ask((), one, now=self.now)

    # What must be true after each.

    @invariant()
    def nobody_is_lost(self):
        if not hasattr(self, "ledger"):
            return
        self.now += timedelta(seconds=1)  # so that no two things happen at once
        self.note_offers()
        numbers = {one.patient_id: number for number, one in enumerate(self.decisions)}
        rows = Appointment.objects.filter(status__in=ACTIVE).values_list("patient_id", "slot_id")
        found = {numbers[patient_id]: slot_id for patient_id, slot_id in rows}
        assert len(found) == len(rows)
        assert found == {person: time.pk for person, time in self.ledger.places.items()}

    @invariant()
    def no_seat_is_double(self):
        if hasattr(self, "ledger"):
            assert self.ledger.overfull(self.now) == []

    @invariant()
    def check_integrity(self):
        # What was refused wrote nothing; should it have, the next step or the example's end tells.
        if self.wrote:
            self.no_fault(WRITTEN)
        self.wrote = False

    def ask(self, refusals, service, **arguments):
        """Call a service, and what it left for after its commit; return the kind of refusal."""
        try:
            with TestCase.captureOnCommitCallbacks(execute=True):
                service(**arguments)
        except refusals as refusal:
            SEEN[f"{service.__name__}: {type(refusal).__name__}"] += 1
            return type(refusal)
        SEEN[service.__name__] += 1
        self.wrote = True
        return None

    def no_fault(self, invariants):
        faults = [(one.code, fault.what) for one, fault in find_faults(invariants, now=self.now)]
        assert [fault for fault in faults if fault[0] not in LATE_SWEEPS] == []

    def note_offers(self):
        """Read who is offered what: whom the next place goes to is the service's choice."""
        times = {time.pk: time for time in self.ledger.times}
        numbers = {one.patient_id: number for number, one in enumerate(self.decisions)}
        rows = Offer.objects.filter(
            state=OfferState.OPEN, appointment__status=Status.HELD
        ).values_list("entry__patient_id", "appointment__slot_id", "answer_by")
        self.ledger.offered = {
            numbers[patient_id]: (times[slot_id], until) for patient_id, slot_id, until in rows
        }

    def appointment_of(self, person):
        return Appointment.objects.get(
            patient_id=self.decisions[person].patient_id, status__in=ACTIVE
        )

    def browser(self, number):
        return f"{number}{self.clinic.pk}".ljust(64, "0")
