"""An evening with two lots and six people: how every walk begins, and what holds after a step."""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.test import TestCase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import audit.integrity
import vaccinations.integrity
from care.services.vaccination import rescreen_for
from clinics.domain.roles import Role
from integrity.invariants import Invariants
from mpoxclinic.invariants import INVARIANTS, find_faults
from tests.factories import (
    OPENING,
    actor_of,
    day_answers,
    make_arrival,
    make_day,
    make_dose,
    make_lot,
    make_patient,
    make_staff,
    make_vial,
)
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, VOLUME_ML, units
from vaccinations.models import Dose, Lot, Vial
from vaccinations.selectors import stock_of, with_stock

PEOPLE, WINDOW = 6, timedelta(minutes=120)
# These have keloid scars: their dose is a whole vial (R25).
KELOID = {5}
VIALS_OF = (2, 1)
CLOSING = OPENING.replace(hour=23, minute=0)
WRITTEN = Invariants(vaccinations.integrity.INVARIANTS, audit.integrity.INVARIANTS)

people = st.integers(0, PEOPLE - 1)
lots = st.integers(0, len(VIALS_OF) - 1)
vials = st.integers(0, sum(VIALS_OF) - 1)
# What the services answered, so that a run can tell that it met everything.
SEEN: Counter[str] = Counter()


class World(RuleBasedStateMachine):
    """A clinic's evening. ``given`` holds who has a dose from which vial, by our own account."""

    @initialize()
    def open(self):
        self.savepoint = transaction.savepoint()
        self.now = OPENING
        self.day = make_day(hours=6)
        self.nurse = self.day.by
        lead = make_staff(Role.LEAD, clinic=self.day.clinic)
        self.lead = actor_of(lead, self.day.clinic, Role.LEAD)
        self.lots = [
            make_lot(clinic=self.day.clinic, number=f"L{number}", vials=many)
            for number, many in enumerate(VIALS_OF)
        ]
        # Somebody who had a dose ten days ago: too early for another (A11).
        ten_days_ago = self.now - timedelta(days=10)
        self.early = make_patient()
        old = make_vial(
            clinic=self.day.clinic, lot=self.day.lot, by=self.day.nurse, now=ten_days_ago
        )
        make_dose(patient=self.early, vial=old, by=self.day.nurse, now=ten_days_ago)
        self.old = {dose.pk for dose in Dose.objects.all()}
        self.arrived = [self.arrive(number) for number in range(PEOPLE)]
        self.given: dict[int, tuple] = {}
        self.voided = 0
        self.recalled: set[int] = set()
        self.begin()

    def begin(self):
        """Do what the walk begins with."""

    def arrive(self, number):
        waiting = make_arrival(session=self.day.session, by=self.day.nurse, now=self.now)
        answers = day_answers(waiting.patient, keloid_tendency=number in KELOID)
        rescreen_for(appointment_id=waiting.pk, answers=answers, by=self.nurse, now=self.now)
        waiting.refresh_from_db()
        return waiting

    def teardown(self):
        if hasattr(self, "savepoint"):
            try:
                self.no_fault(INVARIANTS)
            finally:
                transaction.savepoint_rollback(self.savepoint)

    @rule(minutes=st.sampled_from([1, 4, 9, 11, 40, 125]))
    def time_goes(self, minutes):
        self.now = min(self.now + timedelta(minutes=minutes), CLOSING)

    # What must be true after each.

    @invariant()
    def the_balance_holds(self):
        if not hasattr(self, "given"):
            return
        self.now += timedelta(seconds=1)  # so that no two things happen at once
        for vial in Vial.objects.filter(day=self.day.session.date):
            spent = self.drawn(vial.pk) + vial.discarded + vial.not_obtainable
            assert spent <= UNITS_PER_VIAL
            assert (spent == UNITS_PER_VIAL) == (vial.closed_at is not None)

    @invariant()
    def nothing_that_happened_is_lost(self):
        if not hasattr(self, "given"):
            return
        rows = Dose.objects.exclude(pk__in=self.old)
        counted = rows.filter(voided_at=None).values_list("patient_id", "vial_id")
        ours = {
            (self.arrived[person].patient_id, vial_id)
            for person, (vial_id, _dose) in self.given.items()
        }
        assert set(counted) == ours
        assert len(rows) == len(ours) + self.voided, "a voided record stays"

    @invariant()
    def none_is_started_outside_its_window(self):
        if not hasattr(self, "given"):
            return
        for dose in Dose.objects.exclude(pk__in=self.old).select_related("vial"):
            if not dose.deviation:
                assert dose.vial.opened_at <= dose.given_at < dose.vial.use_before
        assert Dose.objects.filter(patient=self.early).count() == 1

    @invariant()
    def every_vial_is_opened_or_in_the_stock(self):
        if not hasattr(self, "given"):
            return
        for number, lot in enumerate(self.lots):
            assert self.unopened(number) == VIALS_OF[number] - lot.vials.count()

    @invariant()
    def of_a_recalled_lot_nothing_is_open(self):
        if hasattr(self, "given"):
            stopped = [self.lots[number] for number in self.recalled]
            assert not Vial.objects.filter(lot__in=stopped, closed_at=None).exists()

    @invariant()
    def check_integrity(self):
        if hasattr(self, "given"):
            self.no_fault(WRITTEN)

    def ask(self, refusals, service, **arguments):
        """Call a service, and what it left for after its commit; return the refusal or answer."""
        try:
            with TestCase.captureOnCommitCallbacks(execute=True):
                answer = service(**arguments)
        except refusals as refusal:
            SEEN[f"{service.__name__}: {type(refusal).__name__}"] += 1
            return refusal
        SEEN[service.__name__] += 1
        return answer

    def no_fault(self, invariants):
        assert [
            (one.code, fault.what) for one, fault in find_faults(invariants, now=self.now)
        ] == []

    def vial(self, number):
        """Return one of the vials opened so far, None before there is one."""
        found = list(
            Vial.objects.filter(lot__in=self.lots).order_by("opened_at").select_related("lot")
        )
        return found[number % len(found)] if found else None

    def drawn(self, vial_id):
        """Count the tenths drawn from a vial, by our own account."""
        return sum(
            self.units(person) for person, (mine, _dose) in self.given.items() if mine == vial_id
        )

    def units(self, person):
        return units(VOLUME_ML[self.route(person)])

    def route(self, person):
        return "subcutaneous" if person in KELOID else "intradermal"

    def unopened(self, number):
        rows = with_stock(Lot.objects.select_related("product"), now=self.now)
        return stock_of(rows.get(pk=self.lots[number].pk)).on_hand
