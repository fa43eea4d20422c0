"""The planner's pages: the coming days, whom the cutoff would ask, and what it has done."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.domain import vial_planning
from appointments.domain.vial_batches import Plan
from appointments.models import Appointment, ClinicSession, MoveAsk, Repair
from appointments.services.repairs import finish_due_repairs
from audit.models import AuditEntry
from clinics.domain.roles import Role
from notifications.models import Message
from tests.access.logins import log_in
from tests.appointments.services.cutoff import (
    CUTOFF,
    a_day,
    answer,
    early_people,
    eve,
    late_person,
    start,
)
from tests.care.dayboard.pages import text
from tests.factories import OPENING, make_booking, make_clinic, make_session, make_staff

pytestmark = pytest.mark.django_db
NOON = eve("12.00")
A_WEEK = timedelta(days=7)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lead(client: Client, clock: time_machine.Traveller) -> Client:
    return log_in(client, make_staff(Role.LEAD, name="Lise Lie"))


@pytest.fixture
def session() -> ClinicSession:
    return a_day()[0]


def planning(client: Client) -> str:
    return text(client.get(reverse("desk:planning", args=["nydalen"])))


def url(name: str, session: ClinicSession) -> str:
    return reverse(f"desk:{name}", args=["nydalen", session.pk])


def page_of(client: Client, session: ClinicSession) -> str:
    return text(client.get(url("session_planning", session)))


# The coming days


def test_each_coming_day_shows_its_people_vials_and_cutoff(lead, session):
    page = planning(lead)

    assert "Torsdag 26. november, 16.00–20.00" in page
    assert "4 av 48 plasser" in page
    assert "2 planlagt, 20 satt av" in page
    assert "Begynner av seg selv onsdag 25. november kl. 16.00" in page


def test_a_vial_for_one_is_named_with_what_it_costs(lead, session):
    page = planning(lead)

    assert "Kl. 19.30: et hetteglass til bare 1 person." in page
    assert "Vi regner med at 3,1 doser går til spille. Det koster 0,9 hetteglass mer" in page


def test_a_day_with_few_people_shows_what_closing_it_saves_and_what_that_takes(lead):
    few = make_session()
    make_booking(session=few, clock="16.00")
    other = make_session(starts_at=OPENING + A_WEEK)
    early_people(other)

    page = planning(lead)

    assert "Å stenge eller slå sammen denne dagen sparer 1 hetteglass." in page
    assert "hvis 1 person som har time her, kommer torsdag 3. desember i stedet" in page
    assert "Vedkommende må spørres først" in page


@pytest.mark.parametrize("why", ["other groups", "too far", "past its cutoff", "too early"])
def test_a_day_that_could_not_take_the_people_is_not_proposed(lead, clock, why):
    few = make_session()
    booking = make_booking(session=few, clock="16.00")
    start_of_other = OPENING + (timedelta(days=21) if why == "too far" else A_WEEK)
    other = make_session(starts_at=start_of_other)
    early_people(other)
    if why == "other groups":
        ClinicSession.objects.filter(pk=other.pk).update(offered_groups=[1])
    elif why == "past its cutoff":
        ClinicSession.objects.update(cutoff_at=eve("11.00"))
    elif why == "too early":
        Appointment.objects.exclude(pk=booking.pk).update(not_before=OPENING.date())
        Appointment.objects.filter(pk=booking.pk).update(not_before=few.date)
        ClinicSession.objects.filter(pk=other.pk).update(
            date=few.date - A_WEEK, starts_at=OPENING - timedelta(hours=27), ends_at=eve("14.00")
        )

    assert "hvis 1 person som har time her" not in planning(lead)


def test_an_empty_day_says_that_it_can_be_closed(lead):
    make_session()

    assert "Ingen har time. Dagen kan stenges uten at noen må spørres." in planning(lead)


def test_without_days_the_page_says_who_can_open_one(lead):
    page = planning(lead)

    assert "Ingen dager er åpnet" in page
    assert "kan åpne en i administrasjonen" in page


def test_what_is_learned_stands_on_the_page(lead, session):
    assert "Det er standardtallet" in planning(lead)


def test_the_page_costs_the_same_for_one_day_and_for_four(lead):
    counts = []
    for week in range(4):
        session = make_session(starts_at=OPENING + week * A_WEEK)
        make_booking(session=session)
        with CaptureQueriesContext(connection) as queries:
            assert planning(lead).count("satt av") == week + 1
        counts.append(len(queries))

    assert len(set(counts)) == 1


def test_another_plan_of_batches_changes_the_page(lead, session, monkeypatch):
    """The page shows what the planner says, and nothing it has reckoned by itself."""

    def each_alone(times, policy, *, movable=None):
        return Plan([range(i, i + 1) for i in range(len(times))], [], float(len(times)))

    assert "2 planlagt" in planning(lead)
    monkeypatch.setattr(vial_planning, "plan_batches", each_alone)

    page = planning(lead)

    assert "4 planlagt" in page
    assert page.count("et hetteglass til bare 1 person") == 4
    assert "4 planlagt" in page_of(lead, session)


# The preview


def test_the_preview_names_whom_we_would_ask_and_stores_nothing(lead, session):
    late = Appointment.objects.get(slot__starts_at__gte=OPENING + timedelta(hours=3))

    page = page_of(lead, session)

    assert "Vi spør 1 person om å komme til en annen tid samme dag, med svarfrist kl. 15.00" in page
    assert f"{late.patient.sorted_name} 19.30 16.50" in page
    assert "Sier alle ja, går vi fra 2 til 1 hetteglass." in page
    assert "Spør dem nå" in page
    assert not Repair.objects.exists()
    assert not Message.objects.filter(kind="move_asked").exists()


def test_reading_whom_we_would_ask_is_recorded_for_the_person(lead, session):
    page_of(lead, session)
    page_of(lead, session)

    entry = AuditEntry.objects.get(action="move_list.read")
    late = Appointment.objects.get(slot__starts_at__gte=OPENING + timedelta(hours=3))
    assert entry.patient_id == late.patient_id


@pytest.mark.parametrize("name", ["propose_moves", "propose_places"])
def test_another_proposal_changes_the_preview(lead, session, monkeypatch, name):
    nothing = [] if name == "propose_moves" else {}
    monkeypatch.setattr(vial_planning, name, lambda *_args, **_kwargs: nothing)

    page = page_of(lead, session)

    assert "Det er ingen å spørre." in page
    assert "1 person har sagt at vi kan spørre, men ingen flytting sparer et hetteglass." in page


def test_another_place_shows_in_the_preview(lead, session, monkeypatch):
    monkeypatch.setattr(vial_planning, "propose_places", lambda *_args, **_kwargs: {3: 30})

    assert "19.30 16.30" in page_of(lead, session)


def test_people_on_short_notice_are_foretold(lead, session, monkeypatch):
    assert "inviterer vi 1 person på kort varsel" in page_of(lead, session)
    monkeypatch.setattr(vial_planning, "cutoff_invites", lambda _booked, _policy: 2)

    assert "inviterer vi opptil 4 personer på kort varsel" in page_of(lead, session)


def test_without_anybody_to_ask_the_page_says_why(lead):
    session = make_session()
    assert "Ingen har time denne dagen." in page_of(lead, session)
    early_people(session)
    assert "Ingen av dem som har time, har sagt at vi kan spørre." in page_of(lead, session)


def test_in_the_evening_the_page_says_when_we_ask(client, session, clock):
    clock.move_to(eve("21.00"))
    lead = log_in(client, make_staff(Role.LEAD))

    page = page_of(lead, session)

    assert "Nå spør vi ingen: Vi spør mellom kl. 8 og kl. 19.30" in page
    assert "Spør dem nå" not in page


def test_a_nurse_may_read_it_and_not_start_it(client, clock, session):
    log_in(client, make_staff(Role.VACCINATOR))

    assert "Den som leder eller planlegger dagene, kan spørre dem" in page_of(client, session)
    assert client.post(url("start_planning", session)).status_code == 403
    assert not Repair.objects.exists()


# By hand


def test_starting_by_hand_is_asked_once_more(lead, session):
    page = text(lead.get(url("start_planning", session)))

    assert "Vil du spørre 1 person nå?" in page
    assert "svarer innen kl. 15.00" in page
    assert "Ellers begynner det av seg selv onsdag 25. november kl. 16.00" in page
    assert not Repair.objects.exists()


def test_started_by_hand_the_page_shows_who_was_asked_and_until_when(lead, session):
    response = lead.post(url("start_planning", session), follow=True)

    page = text(response)
    assert "1 person har fått spørsmålet." in page
    assert "0 av 1 har svart. Svarfristen er onsdag 25. november kl. 15.00." in page
    assert "19.30 16.50 Venter på svar" in page
    assert Repair.objects.get().started_by.name == "Lise Lie"


def test_pressed_twice_it_starts_once(lead, session):
    lead.post(url("start_planning", session))
    page = text(lead.post(url("start_planning", session), follow=True))

    assert "Planleggingen er i gang allerede. Ingen er spurt to ganger." in page
    assert MoveAsk.objects.count() == 1
    assert lead.get(url("start_planning", session)).status_code == 302


def test_with_nobody_to_ask_it_ends_at_once_with_its_report(lead):
    session = make_session()

    page = text(lead.post(url("start_planning", session), follow=True))

    assert "Planleggingen er ferdig. Det var ingen å spørre." in page
    assert "Rapport, ferdig onsdag 25. november kl. 12.00" in page


def test_a_day_that_has_begun_is_not_planned(client, session, clock):
    clock.move_to(OPENING)
    lead = log_in(client, make_staff(Role.LEAD))

    page = text(lead.post(url("start_planning", session), follow=True))

    assert "Dagen har begynt, eller er avlyst. Ingen er spurt." in page
    assert not Repair.objects.exists()


# The report


def test_the_report_tells_vials_before_and_after_who_was_asked_and_what_remains(lead, clock):
    session, [late] = a_day()
    late_person(session, "18.40")
    start(session)
    for ask in MoveAsk.objects.all():
        answer(ask.appointment, yes=ask.appointment == late)
    finish_due_repairs(now=eve("17.10"))
    clock.move_to(eve("17.11"))

    page = page_of(lead, session)

    assert "Rapport, ferdig onsdag 25. november kl. 17.10" in page
    repair = Repair.objects.get()
    figures = f"Hetteglass før {repair.vials_before} Hetteglass etter {repair.vials_after}"
    assert figures in page
    assert "Startet av seg selv onsdag 25. november kl. 16.00." in page
    assert "Sa ja" in page or "Sa nei, beholder tiden" in page
    assert "Hetteglass til få personer" in page


def test_the_planners_page_shows_that_a_day_is_planned(lead, session):
    start(session, now=NOON)
    assert "Spør noen nå, svarfrist kl. 15.00" in planning(lead)
    finish_due_repairs(now=eve("15.00"))

    assert "Ferdig onsdag 25. november: 2 → 2 hetteglass" in planning(lead)


def test_the_way_there_from_the_first_page_and_from_the_administration(client, clock, session):
    both = make_staff(Role.LEAD, Role.ADMIN)
    both.is_staff = True
    both.save(update_fields=["is_staff"])
    log_in(client, both)

    assert reverse("desk:planning", args=["nydalen"]) in client.get("/ansatt/").content.decode()
    admin = reverse("admin:appointments_clinicsession_change", args=[session.pk])
    assert url("session_planning", session) in client.get(admin).content.decode()


def test_a_session_of_another_clinic_is_not_there(lead):
    elsewhere = make_session(clinic=make_clinic(slug="majorstua", name="Majorstua"))

    assert lead.get(url("session_planning", elsewhere)).status_code == 404


def test_the_sessions_page_costs_the_same_however_many_were_asked(lead, clock):
    session = make_session(hours=12, starts_at=OPENING - timedelta(hours=8), window_minutes=30)
    counts = []
    for number in range(3):
        late_person(session, f"{9 + 2 * number:02}.30")
        Repair.objects.all().delete() if number == 0 else None
        with CaptureQueriesContext(connection) as queries:
            page_of(lead, session)
        counts.append(len(queries))

    assert counts[1] == counts[2]
    assert CUTOFF > NOON
