"""The session under way: people in every state, two open vials, one near its end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from appointments.domain.status import Move
from appointments.models import Appointment, ClinicSession, Slot
from appointments.selectors.dose_two import dose_two_to_place
from appointments.services.booking import book, cancel
from appointments.services.holding import hold, release
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Allergy
from eligibility.models import Decision
from encryption.keys import keyed_hash
from mpoxclinic.demo.names import LONG, ONE_WORD, SAMI, Invented, invented
from mpoxclinic.demo.people import book_person
from mpoxclinic.demo.sessions import BEGAN
from mpoxclinic.demo.vials import open_for
from mpoxclinic.demo.visits import ask, come, end, give_dose, may_have, send_home
from vaccinations.domain.limits import MIN_INTERVAL_DAYS
from vaccinations.models import Dose, InUseWindow, Vial

MINUTE = timedelta(minutes=1)
# The first of these are the day's new people, by their number.
FIRST_NUMBER = 50
BOOKED_BEFORE = timedelta(days=3)
# The older of the two open vials has this long to go.
MINUTES_LEFT = 17


def load_today(session: ClinicSession, *, by: Actor, now: datetime) -> None:
    """Fill a session under way, as it would be two hours after it began."""
    day = _Day(session, by=by, now=now)
    window = InUseWindow.objects.filter(clinic=session.clinic).order_by("-set_at")[0].minutes
    near_its_end = open_for(session, by=by, now=now - (window - MINUTES_LEFT) * MINUTE)
    day.vaccinated(0, near_its_end, came=101, given=95)
    day.vaccinated(20, near_its_end, came=97, given=88)
    whole = open_for(session, by=by, now=now - 86 * MINUTE)
    day.vaccinated(10, whole, came=92, given=85, keloid=True)
    day.sent_home(30, came=84, asked=79)
    day.declined(40, came=78, said=72)
    day.missed(50, noted=35)
    day.left(60, came=70, went=38)
    day.vaccinated(60, near_its_end, came=64, given=55, dose_two=True)
    fresh = open_for(session, by=by, now=now - 9 * MINUTE)
    day.vaccinated(100, fresh, came=16, given=5)
    day.waiting(110, came=14, dose_two=True)
    day.waiting(110, came=11, asked=3)
    day.waiting(120, came=8, asked=2, allergies=frozenset({Allergy.OTHER}))
    day.waiting(120, came=4)
    day.waiting(130, came=1)
    day.expected()
    day.holds()


class _Day:
    def __init__(self, session: ClinicSession, *, by: Actor, now: datetime) -> None:
        self.session, self.by, self.now = session, by, now
        # Each day has people of its own.
        self.salt = session.starts_at.toordinal() * 144 + session.starts_at.hour * 6
        self.booked_at = session.starts_at - BOOKED_BEFORE
        self._number = FIRST_NUMBER
        self._returning = self._who_had_a_dose()

    def vaccinated(
        self,
        slot: int,
        vial: Vial,
        *,
        came: int,
        given: int,
        dose_two: bool = False,
        keloid: bool = False,
    ) -> None:
        """Somebody came and got the dose, so many minutes ago."""
        appointment = self._arrived(slot, came, dose_two=dose_two, keloid=keloid)
        decision, at = self._asked(appointment, given), self._ago(given)
        assert may_have(decision, now=at)
        give_dose(appointment, decision, vial, by=self.by, now=at)

    def waiting(
        self, slot: int, *, came: int, asked: int = 0, dose_two: bool = False, **answers: Any
    ) -> None:
        """Somebody waits; asked already where it says when."""
        appointment = self._arrived(slot, came, dose_two=dose_two)
        if asked:
            # Answers hold for their day: just after midnight they were given just now.
            is_today = oslo_date(self._ago(asked)) == oslo_date(self.now)
            self._asked(appointment, asked if is_today else 0, **answers)

    def sent_home(self, slot: int, *, came: int, asked: int) -> None:
        """Somebody came with a fever."""
        appointment = self._arrived(slot, came)
        decision = self._asked(appointment, asked, fever_over_38=True)
        send_home(appointment, decision, by=self.by, now=self._ago(asked - 1))

    def declined(self, slot: int, *, came: int, said: int) -> None:
        """Somebody thought better of it."""
        end(self._arrived(slot, came), Move.DECLINE, by=self.by, now=self._ago(said))

    def left(self, slot: int, *, came: int, went: int) -> None:
        """Somebody could not wait any longer."""
        end(self._arrived(slot, came), Move.LEAVE, by=self.by, now=self._ago(went))

    def missed(self, slot: int, *, noted: int) -> None:
        """Somebody never came."""
        end(self._book(self._new(), slot), Move.MISS, by=self.by, now=self._ago(noted))

    def expected(self) -> None:
        """Book those who are still to come, and one who has cancelled."""
        self._book(self._new(), 110)
        self._book(self._new(keloid=True), 140)
        self._by_phone(150)
        self._book(LONG, 150)
        self._book(SAMI, 160)
        self._book(ONE_WORD, 170)
        self._book(self._new(group=2), 180)
        self._book(self._new(), 190)
        gone = self._book(self._new(), 200)
        patient = Actor.patient(gone.patient_id)
        # A day before, so that nothing about it is still to be sent.
        cancel(appointment_id=gone.pk, by=patient, now=self.now - timedelta(days=1))

    def holds(self) -> None:
        """Hold a time for somebody who is booking just now, and one whose hold has run out."""
        for minutes, ago, runs_out in ((220, 25, True), (230, 1, False)):
            browser = keyed_hash("demo", f"{self.session.pk} {minutes}")
            hold(
                slot_id=self._slot(minutes).pk,
                browser_hash=browser,
                route=Dose.Route.INTRADERMAL,
                dose_number=1,
                not_before=None,
                now=self._ago(ago),
            )
            if runs_out:
                release(browser_hash=browser, now=self._ago(ago - 10))

    def _by_phone(self, slot: int) -> None:
        """Book somebody who has neither phone nor e-mail, as the nurse does on the telephone."""
        self._book(self._new(reach="none"), slot, by=self.by)

    def _arrived(
        self, slot: int, came: int, *, dose_two: bool = False, **features: Any
    ) -> Appointment:
        returning = next(self._returning, None) if dose_two else None
        appointment = (
            self._book_again(returning, slot)
            if returning
            else self._book(self._new(**features), slot)
        )
        come(appointment, by=self.by, now=self._ago(came))
        return appointment

    def _asked(self, appointment: Appointment, ago: int, **answers: Any) -> Decision:
        return ask(appointment, by=self.by, now=self._ago(ago), **answers)

    def _book(self, who: Invented, slot: int, *, by: Actor | None = None) -> Appointment:
        return book_person(who, self.session, slot, now=self.booked_at, by=by)

    def _book_again(self, dose: Dose, slot: int) -> Appointment:
        """Book dose 2 for somebody who lacked a place for it."""
        decision = Decision.objects.filter(patient=dose.patient).order_by("-made_at")[0]
        assert decision.course is not None
        return book(
            patient_id=dose.patient_id,
            decision_id=decision.pk,
            slot_id=self._slot(slot).pk,
            route=decision.course["route"],
            dose_number=dose.dose_number + 1,
            not_before=oslo_date(dose.given_at) + timedelta(days=MIN_INTERVAL_DAYS),
            by=self.by,
            now=self.session.starts_at - timedelta(days=1),
        )

    def _who_had_a_dose(self) -> Iterator[Dose]:
        """Yield doses whose patients may have the next one today and have no place for it."""
        first_day = self.session.date - timedelta(days=MIN_INTERVAL_DAYS)
        for dose in dose_two_to_place([self.session.clinic_id]):
            if dose.route == Dose.Route.INTRADERMAL and oslo_date(dose.given_at) <= first_day:
                yield dose

    def _new(self, **features: Any) -> Invented:
        self._number += 1
        return invented(self._number, self.salt, **features)

    def _slot(self, minutes: int) -> Slot:
        return Slot.objects.get(
            session=self.session, starts_at=self.session.starts_at + minutes * MINUTE
        )

    def _ago(self, minutes: int) -> datetime:
        return self.now - minutes * MINUTE


assert BEGAN >= (120 - MINUTES_LEFT) * MINUTE, "the older vial is opened after the session began"
