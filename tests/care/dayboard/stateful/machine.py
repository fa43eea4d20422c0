"""Nurses at an evening's vials, in any order, a step at a time.

Every rule says beforehand how the service must answer; after every step our own account of who has
a dose from which vial and the database must tell the same, and every invariant must hold.
"""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from care.services.recall import recall
from care.services.recording import record_given
from care.services.vaccination import Vaccinated, vaccinate
from care.services.vials import close_empty, reopen, throw_away, was_not_opened
from care.services.voiding import void_dose
from tests.care.dayboard.stateful.world import World, lots, people, vials
from vaccinations.domain.opening import UNDO_WITHIN
from vaccinations.domain.vial_balance import UNITS_PER_VIAL, VOLUME_ML
from vaccinations.models import Dose, Vial
from vaccinations.services.doses import LotBlockedError, OutsideLimitsError, give
from vaccinations.services.recording import VialSpentError
from vaccinations.services.vial_undoing import NotUndoneError
from vaccinations.services.vials import LotNotUsableError, VialClosedError, open_vial

CANNOT_START = (VialClosedError, LotBlockedError, OutsideLimitsError)
LEFT_ARM = Dose.Site.LEFT_ARM


class Evening(World):
    """The walk. It begins with a vial open and a dose given; then each service has its say."""

    def begin(self):
        """Let each service have its say once, so that no walk is idle."""
        self.open_one(0)
        self.give(0, 0)
        self.give_too_early(0)
        self.close(0, reason="broken")
        self.undo_closing(0)
        self.open_one(1)
        self.undo_opening(1)
        self.record(1, 0, minutes=3)
        self.void(1)

    @rule(lot=lots)
    def open_one(self, lot):
        expected = None
        if lot in self.recalled or not self.unopened(lot):
            expected = LotNotUsableError
        answer = self.ask(
            LotNotUsableError,
            open_vial,
            clinic_id=self.day.clinic.pk,
            lot_id=self.lots[lot].pk,
            day=self.day.session.date,
            by=self.nurse,
            now=self.now,
        )
        assert type(answer) is (expected or Vial)

    @rule(person=people, vial=vials)
    def give(self, person, vial):
        vial = self.vial(vial)
        if vial is None or person in self.given:
            return
        expected = self.why_not(vial, self.units(person))
        answer = self.ask(
            CANNOT_START,
            vaccinate,
            appointment_id=self.arrived[person].pk,
            decision_id=self.arrived[person].decision_id,
            vial_id=vial.pk,
            site=LEFT_ARM,
            by=self.nurse,
            now=self.now,
        )
        assert type(answer) is (expected or Vaccinated)
        if expected is None:
            self.given[person] = (vial.pk, answer.dose.pk)

    @rule(vial=vials)
    def give_too_early(self, vial):
        """Try what must never be started: dose 2 ten days after dose 1."""
        vial = self.vial(vial)
        if vial is None:
            return
        answer = self.ask(
            CANNOT_START,
            give,
            patient_id=self.early.pk,
            vial_id=vial.pk,
            clinic_id=self.day.clinic.pk,
            dose_number=2,
            indication=Dose.Indication.PPV,
            ordered_route="intradermal",
            route="intradermal",
            site=LEFT_ARM,
            previous_dose_on=None,
            by=self.nurse,
            now=self.now,
        )
        assert type(answer) is (self.why_not(vial, 1) or OutsideLimitsError)

    @rule(person=people, vial=vials, minutes=st.integers(0, 200))
    def record(self, person, vial, minutes):
        """Write down what happened already: only a vial that cannot have held it says no."""
        vial = self.vial(vial)
        if vial is None or person in self.given:
            return
        room = UNITS_PER_VIAL - self.drawn(vial.pk)
        expected = VialSpentError if self.units(person) > room else None
        answer = self.ask(
            VialSpentError,
            record_given,
            appointment_id=self.arrived[person].pk,
            vial_id=vial.pk,
            route=self.route(person),
            volume_ml=VOLUME_ML[self.route(person)],
            site=LEFT_ARM,
            given_at=self.now - timedelta(minutes=minutes),
            vaccinator_id=self.day.nurse.pk,
            reason="Ført etterpå",
            by=self.nurse,
            now=self.now,
        )
        assert type(answer) is (expected or Dose)
        if expected is None:
            self.given[person] = (vial.pk, answer.pk)

    @rule(person=people)
    def void(self, person):
        if person not in self.given:
            return
        _vial, dose_id = self.given.pop(person)
        answer = self.ask(
            (), void_dose, dose_id=dose_id, reason="Feil person", by=self.lead, now=self.now
        )
        assert answer.voided_at == self.now
        self.voided += 1

    @rule(vial=vials, reason=st.sampled_from([None, *Vial.DiscardReason.values]))
    def close(self, vial, reason):
        vial = self.vial(vial)
        if vial is None:
            return
        expected = VialClosedError if vial.closed_at else None
        known = {"session": self.day.session, "vial_id": vial.pk, "by": self.nurse, "now": self.now}
        if reason is None:
            answer = self.ask(VialClosedError, close_empty, **known)
        else:
            answer = self.ask(VialClosedError, throw_away, reason=reason, **known)
        assert type(answer) is (expected or Vial)

    @rule(vial=vials)
    def undo_closing(self, vial):
        """It can be undone while fresh; what it put down is then in the vial again."""
        vial = self.vial(vial)
        if vial is None:
            return
        answer = self.undo(reopen, vial)
        if isinstance(answer, Vial):
            assert self.now <= vial.closed_at + UNDO_WITHIN
            assert (answer.closed_at, answer.discarded, answer.not_obtainable) == (None, 0, 0)
            assert vial.lot.pk not in {self.lots[number].pk for number in self.recalled}

    @rule(vial=vials)
    def undo_opening(self, vial):
        vial = self.vial(vial)
        if vial is None:
            return
        fresh = self.now <= vial.opened_at + UNDO_WITHIN
        untouched = vial.closed_at is None and not vial.doses.exists()
        answer = self.undo(was_not_opened, vial)
        assert type(answer) is (Vial if fresh and untouched else NotUndoneError)

    @rule(lot=lots, chance=st.integers(0, 4))
    def recall_one(self, lot, chance):
        if chance:  # a recall ends most of what can happen: let it be rare
            return
        answer = self.ask(
            (),
            recall,
            lot_id=self.lots[lot].pk,
            clinic_id=self.day.clinic.pk,
            reason="Fra produsenten",
            by=self.lead,
            now=self.now,
        )
        self.recalled.add(lot)
        of_lot = set(Vial.objects.filter(lot=self.lots[lot]).values_list("pk", flat=True))
        people = {
            self.arrived[person].patient_id
            for person, (vial_id, _dose) in self.given.items()
            if vial_id in of_lot
        }
        assert people <= set(answer.contacts.values_list("patient_id", flat=True))

    def undo(self, service, vial):
        return self.ask(
            NotUndoneError,
            service,
            session=self.day.session,
            vial_id=vial.pk,
            by=self.nurse,
            now=self.now,
        )

    def why_not(self, vial, wanted):
        """Say why a dose must not be started from a vial; None where it may."""
        left = UNITS_PER_VIAL - self.drawn(vial.pk) - vial.discarded - vial.not_obtainable
        if vial.closed_at:
            return VialClosedError
        return OutsideLimitsError if self.now >= vial.use_before or left < wanted else None
