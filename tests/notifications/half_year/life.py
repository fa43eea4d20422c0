"""Lets half a year happen: people act by the product's services and pages, beat's tasks run."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession, NextAnswer, Slot
from appointments.services.booking import book, cancel
from appointments.services.day import check_in
from appointments.services.next_answers import settle
from appointments.services.no_shows import note_no_shows
from appointments.services.sessions import open_session, plan_session
from audit.domain import Actor
from care.services.vaccination import rescreen_for, vaccinate
from clinics.domain.calendar import OSLO
from mpoxclinic.celery import app
from notifications.services.delivery import deliver_due
from patients.models import Patient
from patients.services.stops import stop_messages
from tests.factories import (
    actor_of,
    day_answers,
    make_clinic,
    make_decision,
    make_lot,
    make_patient,
    make_product,
    make_staff,
    sign_what_is_missing,
)
from tests.factories.reactions import make_reaction, make_told
from tests.notifications.half_year import scripts
from tests.notifications.half_year.scripts import A_DAY, Person, Story, opened_on, tuesday
from vaccinations.domain.reactions import Kind, Outcome
from vaccinations.models import Dose, Reaction, Vial
from vaccinations.services.reactions import correct_reaction
from vaccinations.services.vials import discard, open_vial

# When something happens on any day: before breakfast, beat's morning, ... and at night.
TICKS = ("07.30", "08.05", "09.45", "10.05", "12.05", "20.05", "21.30")
SWEPT_AT = "08.05"
LINK = re.compile(r"https?://\S+?(/neste-time/l/[^/\s]+/)")
_OPENS, _NOON, _AFTERNOON, _VISITS, _CLOSES = time(9), time(12), time(15), time(16), time(20)


class Life:
    """The clinic, its people, and what happens on each day.

    ``texts`` returns the newest words of the messages to a patient, as the gateways wrote them.
    """

    def __init__(self, travel: Callable[[datetime], Any], texts: Callable[[Patient], str]) -> None:
        self.travel, self.texts = travel, texts
        self.clinic, self.product = make_clinic(), make_product()
        self.nurse = make_staff(clinic=self.clinic)
        self.by = actor_of(self.nurse, self.clinic)
        self.lot = make_lot(clinic=self.clinic, expires_on=date(2027, 12, 31), vials=900)
        self.people = scripts.people()
        self.patients: dict[int, Patient] = {}
        self.sessions: dict[int, ClinicSession] = {}
        self.plan: dict[datetime, list[Callable[[datetime], None]]] = defaultdict(list)
        sign_what_is_missing(self.clinic, self.product, on=scripts.START, minutes=240)
        first = scripts.START - 14 * A_DAY
        self.at(first, time(8), self._plan_sessions)
        for week in range(scripts.LAST_WEEK + 1):
            self.at(opened_on(week), _OPENS, self._opener(week))
            self.at(tuesday(week), _VISITS, self._visits)
            self.at(tuesday(week), _CLOSES, self._closing)
        for one in self.people:
            self._write_down(one)

    def at(self, day: date, clock: time, deed: Callable[[datetime], None]) -> None:
        """Note that something is done at a time."""
        self.plan[datetime.combine(day, clock, OSLO)].append(deed)

    def happen(self) -> None:
        """Let all days go by, with everything that is noted and each of beat's tasks."""
        day = scripts.START - 14 * A_DAY
        while day < scripts.START + scripts.DAYS * A_DAY:
            ticks = {datetime.combine(day, _clock(tick), OSLO) for tick in TICKS}
            deeds = {moment for moment in self.plan if moment.date() == day}
            for moment in sorted(ticks | deeds):
                self.travel(moment)
                for deed in self.plan.get(moment, ()):
                    deed(moment)
                if moment in ticks:
                    _tick(moment)
            day += A_DAY

    def _plan_sessions(self, now: datetime) -> None:
        for week in range(scripts.LAST_WEEK + 1):
            starts_at = datetime.combine(tuesday(week), _VISITS, OSLO)
            self.sessions[week] = plan_session(
                clinic_id=self.clinic.pk,
                product_id=self.product.pk,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=3, minutes=20),
                stations=4,
                slot_minutes=10,
                vials_allotted=60,
                offered_groups=[1, 2, 3],
                by=Actor.system(),
                now=now,
            )

    def _opener(self, week: int) -> Callable[[datetime], None]:
        def opens(now: datetime) -> None:
            open_session(session_id=self.sessions[week].pk, by=Actor.system(), now=now)

        return opens

    def _write_down(self, one: Person) -> None:
        """Note the deeds of a person's story."""

        def day(number: int) -> date:
            return one.dose_one + number * A_DAY

        def deed(act: Callable[[Person, datetime], None]) -> Callable[[datetime], None]:
            return lambda now: act(one, now)

        self.at(one.booked_on, _NOON, deed(self._books))
        if one.story is Story.CANCELS_ONE:
            self.at(one.dose_one - A_DAY, _AFTERNOON, deed(self._cancels))
        elif one.story is Story.CANCELS_TWO:
            self.at(day(scripts.CANCELS_TWO_ON), _NOON, deed(self._cancels))
        elif one.story is Story.BOOKS_LATE:
            self.at(day(scripts.BOOKS_LATE_ON), _NOON, deed(self._books_next))
        elif one.story in {Story.ELSEWHERE, Story.NOT_ELSEWHERE}:
            self.at(day(scripts.ANSWERS_ON), _NOON, deed(self._says_elsewhere))
            self.at(day(scripts.LOOKED_AT_ON), _NOON, deed(self._is_looked_at))
        elif one.story is Story.STOPS:
            self.at(day(scripts.STOPS_ON), _NOON, deed(self._stops))
        elif one.story is Story.MPOX:
            self.at(day(scripts.ILL_ON), _NOON, deed(self._was_ill))
        elif one.story is Story.REACTION:
            self.at(day(scripts.REACTION_ON), _NOON, deed(self._reacts))
            self.at(day(scripts.REACTION_GONE_ON), _NOON, deed(self._is_well_again))

    def _books(self, one: Person, now: datetime) -> None:
        patient = make_patient(
            given_name=f"P{one.number}",
            phone=one.phone,
            email=one.email,
            contact_by=one.contact_by,
            language=one.language,
            now=now,
        )
        self.patients[one.number] = patient
        decision = make_decision(patient=patient, now=now)
        slots = Slot.objects.filter(session=self.sessions[one.week]).order_by("starts_at")
        book(
            patient_id=patient.pk,
            decision_id=decision.pk,
            slot_id=slots[one.place // 2].pk,
            route="intradermal",
            dose_number=1,
            not_before=None,
            by=Actor.patient(patient.pk),
            now=now,
        )

    def _cancels(self, one: Person, now: datetime) -> None:
        patient = self.patients[one.number]
        booked = Appointment.objects.get(patient=patient, status=Status.BOOKED)
        cancel(appointment_id=booked.pk, by=Actor.patient(patient.pk), now=now)

    def _page(self, one: Person) -> tuple[Client, str]:
        """Follow the link of the newest message; where none came, get to the page by a code."""
        patient, client = self.patients[one.number], Client()
        found = LINK.search(self.texts(patient))
        if found:
            response = client.get(found[1])
            return client, response.headers["Location"]
        session = client.session
        session["contact_hash"] = patient.phone_hash or patient.email_hash
        session.save()
        return client, reverse("appointments:next", args=[patient.pk])

    def _books_next(self, one: Person, _now: datetime) -> None:
        client, page = self._page(one)
        session = self.sessions[one.week + 5]
        slot = Slot.objects.filter(session=session).order_by("starts_at")[one.place // 2]
        done = client.post(f"{page}tid/?uke={_week(slot)}", {"slot": str(slot.pk)})
        assert done.status_code == 302, done.content.decode()

    def _says_elsewhere(self, one: Person, _now: datetime) -> None:
        client, page = self._page(one)
        assert client.post(f"{page}trenger-ikke/", {"said": "elsewhere"}).status_code == 302

    def _is_looked_at(self, one: Person, now: datetime) -> None:
        answer = NextAnswer.objects.get(patient=self.patients[one.number])
        settle(answer_id=answer.pk, holds=one.story is Story.ELSEWHERE, by=self.by, now=now)

    def _stops(self, one: Person, now: datetime) -> None:
        patient_id = self.patients[one.number].pk
        by = Actor.patient(patient_id)
        stop_messages(patient_id=patient_id, by=by, now=now, reason="link")

    def _was_ill(self, one: Person, now: datetime) -> None:
        make_reaction(self._dose(one), by=self.by, now=now, kind=Kind.FAILURE)

    def _reacts(self, one: Person, now: datetime) -> None:
        make_reaction(self._dose(one), by=self.by, now=now, outcome=Outcome.NOT_RECOVERED)

    def _is_well_again(self, one: Person, now: datetime) -> None:
        dose = self._dose(one)
        lasting = Reaction.objects.get(dose=dose)
        told = make_told(dose.given_at)
        correct_reaction(reaction_id=lasting.pk, told=told, by=self.by, now=now)

    def _dose(self, one: Person) -> Dose:
        return Dose.objects.get(patient=self.patients[one.number])

    def _visits(self, now: datetime) -> None:
        """Receive and vaccinate those who come, one after another."""
        stays_away = {Story.MISSES_ONE: 1, Story.MISSES_TWO: 2}
        story = {patient.pk: one for one in self.people if (patient := self._of(one))}
        vial: Vial | None = None
        drawn = 0
        expected = Appointment.objects.filter(
            date=now.date(), status=Status.BOOKED, patient__isnull=False
        ).select_related("slot", "patient")
        for one in expected.order_by("slot__starts_at", "seat"):
            assert one.patient is not None
            if stays_away.get(story[one.patient.pk].story) == one.dose_number:
                continue
            moment = one.slot.starts_at
            self.travel(moment)
            if vial is None or drawn == 5 or vial.use_before <= moment:
                vial = self._open(moment)
                drawn = 0
            check_in(appointment_id=one.pk, by=self.by, now=moment)
            decision = rescreen_for(
                appointment_id=one.pk, answers=day_answers(one.patient), by=self.by, now=moment
            )
            vaccinate(
                appointment_id=one.pk,
                decision_id=decision.pk,
                vial_id=vial.pk,
                site=Dose.Site.LEFT_ARM,
                by=self.by,
                now=moment,
            )
            drawn += 1

    def _of(self, one: Person) -> Patient | None:
        return self.patients.get(one.number)

    def _open(self, now: datetime) -> Vial:
        return open_vial(
            clinic_id=self.clinic.pk,
            lot_id=self.lot.pk,
            day=now.astimezone(OSLO).date(),
            by=self.by,
            now=now,
        )

    def _closing(self, now: datetime) -> None:
        """Note who did not come, and throw away what is left."""
        session = ClinicSession.objects.get(date=now.date())
        late = Appointment.objects.filter(slot__session=session, status=Status.BOOKED)
        ids = list(late.values_list("pk", flat=True))
        note_no_shows(session_id=session.pk, appointment_ids=ids, by=self.by, now=now)
        for vial in Vial.objects.filter(day=session.date, closed_at=None):
            discard(
                vial_id=vial.pk,
                clinic_id=self.clinic.pk,
                reason=Vial.DiscardReason.values[0],
                by=self.by,
                now=now,
            )


def _tick(now: datetime) -> None:
    """Run what beat runs: each task once in the morning, and the delivery every time."""
    if f"{now:%H.%M}" == SWEPT_AT:
        for entry in app.conf.beat_schedule.values():
            module, name = entry["task"].rsplit(".", 1)
            getattr(import_module(module), name)()
    while deliver_due(now=timezone.now):  # as beat does every ten seconds
        pass


def _clock(text: str) -> time:
    hour, minute = text.split(".")
    return time(int(hour), int(minute))


def _week(slot: Slot) -> str:
    year, week, _day = slot.starts_at.astimezone(OSLO).isocalendar()
    return f"{year}-W{week:02}"
