"""Three months of evenings, played through the services with their own moments passed in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from appointments.domain.status import Move, Status
from appointments.models import Appointment, ClinicSession
from appointments.services.booking import cancel
from audit.domain import Actor
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from mpoxclinic.demo.clinics import DemoClinics
from mpoxclinic.demo.names import Invented, invented, synthetic_number
from mpoxclinic.demo.people import book_person
from mpoxclinic.demo.sessions import open_regular
from mpoxclinic.demo.stock import write_off_old
from mpoxclinic.demo.vials import MINUTE, WHOLE_VIAL, Tray, clear_old
from mpoxclinic.demo.visits import ask, close_up, come, end, give_dose, may_have, send_home
from patients.services.registration import confirm_identity
from vaccinations.models import Dose, Product

MONTHS_BACK = timedelta(weeks=13)
# On each of the last evenings somebody gives up the place for dose 2 and gets no new one.
GIVEN_UP_LATELY, CANCELLED_BEFORE = 2, timedelta(days=2)
# How many new people come to one evening after another; they come again when four weeks are gone.
NEW_PEOPLE = {
    "nydalen": (5, 6, 0, 0, 0, 1, 5, 5, 0, 4, 0, 1, 4),
    "fjelldal": (5, 0, 4),
    "fjordby": (4, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0),
}
FIRST_NUMBER = {"nydalen": 0, "fjelldal": 34, "fjordby": 43}
# Where in the row of yields a clinic begins.
YIELDS_FROM = {"nydalen": 0, "fjelldal": 0, "fjordby": 2}
FIRST_MINUTE = {"nydalen": 60, "fjelldal": 80, "fjordby": 40}
LATENESS = (-4, 1, -2, 0, 6, -1, 3)
VISIT_LASTS = 7 * MINUTE
NO_SHOW_EACH, FEVER_EACH, LEAVES_EACH = 10, 23, 37


def load_past(clinics: DemoClinics, product: Product, *, now: datetime) -> None:
    """Play each clinic's evenings since three months ago, unless it has a past already."""
    today = oslo_date(now)
    for clinic in clinics.all:
        if Dose.objects.filter(vial__clinic=clinic).exists():
            continue
        by, last = clinics.nurse_at(clinic), today - timedelta(days=1)
        _play(clinic, open_regular(clinic, product, today - MONTHS_BACK, last), by=by)


def catch_up(clinics: DemoClinics, *, now: datetime) -> None:
    """Play the evenings that went by since the demo was last loaded, and close what was left open.

    An evening that somebody has worked in is theirs: who was expected never came.
    """
    for clinic in clinics.all:
        by = clinics.nurse_at(clinic)
        # One after another: an evening's doses may fill a later one, that is over by now as well.
        while evening := _first_unfinished(clinic, now):
            untouched = not _people(evening).exclude(status=Status.BOOKED).exists()
            if untouched and evening.state == ClinicSession.State.OPEN:
                _Evening(evening, by=by).play(visits_before=0)
            else:
                for appointment in _people(evening, Status.BOOKED, Status.ARRIVED):
                    close_up(appointment, by=by, now=evening.ends_at)
        clear_old(clinic.pk, by=by, now=now)
        write_off_old(clinic, by=by, now=now)


def _first_unfinished(clinic: Clinic, now: datetime) -> ClinicSession | None:
    unfinished = ClinicSession.objects.filter(
        clinic=clinic,
        ends_at__lte=now,
        slots__appointments__status__in=[Status.BOOKED, Status.ARRIVED],
    )
    return unfinished.order_by("starts_at").first()


def _play(clinic: Clinic, evenings: Sequence[ClinicSession], *, by: Actor) -> None:
    visits, vials, number = 0, YIELDS_FROM[clinic.slug], FIRST_NUMBER[clinic.slug]
    new = NEW_PEOPLE[clinic.slug]
    for place, evening in enumerate(evenings):
        for seat in range(new[place] if place < len(new) else 0):
            who = _somebody(clinic, number)
            minutes = FIRST_MINUTE[clinic.slug] + 10 * seat
            book_person(
                who,
                evening,
                minutes,
                now=evening.starts_at - timedelta(days=6 + seat, hours=number % 7),
                id_number=synthetic_number(who.born, number, d_number=number % 8 == 5),
            )
            number += 1
        if place >= len(evenings) - GIVEN_UP_LATELY:
            _give_up_a_dose_two(evening)
        played = _Evening(evening, by=by, vials_before=vials)
        visits += played.play(visits_before=visits)
        vials = played.tray.opened


def _somebody(clinic: Clinic, number: int) -> Invented:
    if clinic.slug == "fjordby":
        return invented(number, group=1)
    return invented(
        number,
        group=2 if number % 5 == 2 else 3,
        keloid=number % 13 == 6,
        born=date(1961, 4, 1 + number % 28) if number % 14 == 9 else invented(number).born,
        smallpox_vaccinated=number % 14 == 9,
    )


def _give_up_a_dose_two(evening: ClinicSession) -> None:
    appointment = _people(evening, Status.BOOKED).filter(dose_number=2).first()
    if appointment:
        cancel(
            appointment_id=appointment.pk,
            by=Actor.patient(appointment.patient_id),
            now=evening.starts_at - CANCELLED_BEFORE,
        )


class _Evening:
    """One evening from the first who comes to the last vial."""

    def __init__(self, session: ClinicSession, *, by: Actor, vials_before: int = 0) -> None:
        self.session, self.by = session, by
        self.tray = Tray(session, by=by, opened_before=vials_before)

    def play(self, *, visits_before: int) -> int:
        """Play it; return how many people were booked."""
        people = list(_people(self.session, Status.BOOKED))
        now = self.session.starts_at
        for place, appointment in enumerate(people, start=visits_before + 1):
            late = LATENESS[place % len(LATENESS)] * MINUTE
            now = max(now, appointment.slot.starts_at + late)
            now = self._visit(appointment, place, now=now)
        self.tray.throw_away(now=now + 20 * MINUTE)
        return len(people)

    def _visit(self, appointment: Appointment, place: int, *, now: datetime) -> datetime:
        by = self.by
        if place % NO_SHOW_EACH == NO_SHOW_EACH - 1:
            end(appointment, Move.MISS, by=by, now=self.session.ends_at)
            return now
        come(appointment, by=by, now=now)
        if place % LEAVES_EACH == LEAVES_EACH - 1:
            end(appointment, Move.LEAVE, by=by, now=now + 4 * VISIT_LASTS)
            return now
        now += VISIT_LASTS
        self._confirm(appointment, now=now)
        feverish = place % FEVER_EACH == FEVER_EACH - 1
        decision = ask(appointment, by=by, now=now, fever_over_38=feverish)
        if not may_have(decision, now=now):
            send_home(appointment, decision, by=by, now=now)
            return now
        assert decision.course is not None
        units = WHOLE_VIAL if decision.course["route"] == Dose.Route.SUBCUTANEOUS else 1
        vial = self.tray.take(units, now=now)
        give_dose(appointment, decision, vial, by=by, now=now)
        self.tray.drawn(units, now=now + MINUTE)
        return now + MINUTE

    def _confirm(self, appointment: Appointment, *, now: datetime) -> None:
        patient = appointment.patient
        assert patient is not None
        if patient.id_number and patient.id_seen_at is None:
            confirm_identity(
                patient_id=patient.pk,
                id_kind=patient.id_kind,
                id_number=patient.id_number,
                by=self.by,
                now=now,
            )


def _people(session: ClinicSession, *statuses: Status) -> QuerySet[Appointment]:
    people = Appointment.objects.filter(slot__session=session)
    if statuses:
        people = people.filter(status__in=statuses)
    return people.select_related("slot", "patient", "decision").order_by("slot__starts_at", "seat")
