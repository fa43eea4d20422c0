"""What people and browsers do in a walk: each says beforehand how the service must answer."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from appointments.domain.waiting import OfferState
from appointments.models import (
    Offer,
    WaitingEntry,
)
from appointments.services.booking import (
    AlreadyBookedError,
    HoldExpiredError,
    book,
    cancel,
    confirm,
    rebook,
)
from appointments.services.holding import hold
from appointments.services.offers import OfferOverError, answer
from appointments.services.seats import SlotUnavailableError
from appointments.services.waiting import leave
from audit.domain import Actor
from tests.appointments.stateful.world import (
    REFUSED,
    World,
    browsers,
    people,
    times,
)
from tests.factories import make_wait


class People(World):
    """Books, holds, confirms, cancels, moves, waits and answers."""

    @rule(person=people, time=times)
    def book(self, person, time):
        time, decision = self.ledger.times[time], self.decisions[person]
        offered = self.ledger.offered.pop(person, None)  # a booking ends it, and frees its place
        expected = None
        if not self.ledger.has_place(time, self.now):
            expected = SlotUnavailableError
        elif person in self.ledger.places:
            expected = AlreadyBookedError
        assert expected == self.ask(
            REFUSED,
            book,
            patient_id=decision.patient_id,
            decision_id=decision.pk,
            slot_id=time.pk,
            route="intradermal",
            dose_number=1,
            not_before=None,
            by=Actor.patient(decision.patient_id),
            now=self.now,
        )
        if expected is None:
            self.ledger.places[person] = time
        elif offered:
            self.ledger.offered[person] = offered

    @rule(browser=browsers, time=times)
    def hold(self, browser, time):
        time, held = self.ledger.times[time], self.ledger.held(browser, self.now)
        stale = self.ledger.holds.get(browser)
        if held == time:
            expected = None
        else:
            # What the browser holds is let go for the new one, even what has begun meanwhile.
            but = stale[0] if stale and stale[1] > self.now else None
            has_place = self.ledger.has_place(time, self.now, but=but)
            expected = None if has_place else SlotUnavailableError
        assert expected == self.ask(
            REFUSED,
            hold,
            slot_id=time.pk,
            browser_hash=self.browser(browser),
            route="intradermal",
            dose_number=1,
            not_before=None,
            now=self.now,
        )
        if expected is None and held != time:
            self.ledger.hold(browser, time, self.now)

    @rule(browser=browsers, person=people)
    def confirm(self, browser, person):
        time, decision = self.ledger.held(browser, self.now), self.decisions[person]
        expected = None
        if time is None:
            expected = HoldExpiredError
        elif person in self.ledger.places:
            expected = AlreadyBookedError
        assert expected == self.ask(
            REFUSED,
            confirm,
            browser_hash=self.browser(browser),
            patient_id=decision.patient_id,
            decision_id=decision.pk,
            by=Actor.patient(decision.patient_id),
            now=self.now,
        )
        if expected is None:
            del self.ledger.holds[browser]
            self.ledger.offered.pop(person, None)
            self.ledger.places[person] = time

    @rule(person=people)
    def cancel(self, person):
        if person in self.ledger.places:
            del self.ledger.places[person]
            appointment = self.appointment_of(person)
            self.ask((), cancel, appointment_id=appointment.pk, by=Actor.system(), now=self.now)

    @rule(person=people, time=times)
    def move(self, person, time):
        if person not in self.ledger.places:
            return
        time, had = self.ledger.times[time], self.ledger.places[person]
        expected = None
        if time != had and not self.ledger.has_place(time, self.now, but=had):
            expected = SlotUnavailableError
        assert expected == self.ask(
            REFUSED,
            rebook,
            appointment_id=self.appointment_of(person).pk,
            slot_id=time.pk,
            by=Actor.system(),
            now=self.now,
        )
        if expected is None:
            self.ledger.places[person] = time

    @rule(person=people)
    def wait(self, person):
        self.ask((), make_wait, clinic=self.clinic, decision=self.decisions[person], now=self.now)

    @rule(person=people)
    def leave(self, person):
        entry = WaitingEntry.objects.filter(
            patient_id=self.decisions[person].patient_id, ended_at=None
        ).first()
        if entry is not None:
            self.ask((), leave, entry_id=entry.pk, by=Actor.system(), now=self.now)

    @rule(person=people, yes=st.booleans(), twice=st.booleans())
    def answer(self, person, yes, twice):
        offers = Offer.objects.filter(entry__patient_id=self.decisions[person].patient_id)
        offer = offers.order_by("-made_at").first()
        if offer is None:
            return
        time, until = self.ledger.offered.get(person, (None, self.now))
        is_open = offer.state == OfferState.OPEN and until > self.now
        for _ in range(1 + twice):
            refused = self.ask(
                OfferOverError,
                answer,
                offer_id=offer.pk,
                accept=yes,
                by=Actor.system(),
                now=self.now,
            )
            assert refused == (None if is_open and time.starts_at > self.now else OfferOverError)
            if refused is None:
                self.ledger.offered.pop(person, None)
                if yes:
                    self.ledger.places[person] = time
            is_open = False
