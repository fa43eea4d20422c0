"""Who opens somebody stands in the access log, whatever the method of the page."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Displaced
from appointments.services.booking import cancel
from audit.models import AuditEntry
from care.services.merging import merge
from care.services.reactions import start_anaphylaxis
from clinics.domain.roles import Role
from clinics.models import Membership
from patients.models import Patient
from tests.care.dayboard.pages import of_person, of_session
from tests.care.desk.test_displaced import cancel_day
from tests.factories import (
    BEFORE,
    LONG_AGO,
    OPENING,
    Day,
    at,
    make_arrival,
    make_booking,
    make_patient,
    make_session,
    make_wait,
)
from tests.factories.reactions import make_reaction
from tests.factories.visits import make_vaccinated

pytestmark = pytest.mark.django_db


def read_of(patient_id: UUID | None) -> int:
    return AuditEntry.objects.filter(patient_id=patient_id, action__endswith="read").count()


def alike(day: Day) -> Patient:
    patient = make_patient(given_name="Alice", family_name="Ås")
    booked = make_booking(session=day.session, patient=patient, clock="18.10")
    cancel(appointment_id=booked.pk, by=day.by, now=BEFORE)
    return patient


@pytest.mark.parametrize("name", ["identity", "given_already", "end", "rescreen", "give_dose"])
def test_a_visit_sent_in_with_a_fault(nurse: Client, day: Day, name: str) -> None:
    waiting = make_arrival(session=day.session, clock="17.40", by=day.nurse)
    answer = nurse.post(of_person(name, waiting), {})

    assert answer.status_code == 200
    assert read_of(waiting.patient_id) == 1


def test_a_check_in_and_a_time_sent_in_with_a_fault(nurse: Client, day: Day) -> None:
    booked = make_booking(session=day.session, clock="18.00")
    assert nurse.post(of_person("arrive", booked), {}).status_code == 200
    assert read_of(booked.patient_id) == 1

    move = reverse("desk:time_move", args=[day.clinic.slug, booked.pk])
    assert nurse.post(move, {}).status_code == 200
    assert read_of(booked.patient_id) == 2


@pytest.mark.parametrize(
    "name", ["desk:person", "desk:phone_known", "desk:merge", "dayboard:walk_in_known"]
)
def test_a_form_about_a_person_sent_in_with_a_fault(nurse: Client, day: Day, name: str) -> None:
    one, other = alike(day), alike(day)
    first = day.session.pk if name.startswith("dayboard") else day.clinic.slug
    others = [other.pk] if name == "desk:merge" else []

    answer = nurse.post(reverse(name, args=[first, one.pk, *others]), {})

    assert answer.status_code == 200
    assert read_of(one.pk) == 1


def test_somebody_to_be_taken_off_the_waiting_list_sent_in_with_a_fault(
    nurse: Client, day: Day
) -> None:
    entry = make_wait(clinic=day.clinic)
    url = reverse("desk:waiting_remove", args=[day.clinic.slug, entry.pk])
    assert nurse.post(url, {}).status_code == 200
    assert read_of(entry.patient_id) == 1


def test_who_may_be_the_same_person_was_seen_in_the_record(nurse: Client, day: Day) -> None:
    one, other = alike(day), alike(day)
    nurse.get(reverse("desk:person", args=[day.clinic.slug, one.pk]))
    assert read_of(other.pk) == 1


def test_the_page_that_takes_a_merge_back(nurse: Client, day: Day) -> None:
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.LEAD, valid_from=LONG_AGO
    )
    one, other = alike(day), alike(day)
    merge(keep_id=one.pk, drop_id=other.pk, reason="told", by=day.by, now=at("17.30"))
    nurse.get(reverse("desk:unmerge", args=[day.clinic.slug, one.pk, other.pk]))
    assert (read_of(one.pk), read_of(other.pk)) == (1, 1)


def test_the_sheet_of_a_reaction_and_the_question_at_its_end(nurse: Client, day: Day) -> None:
    visit = make_vaccinated(day, clock="17.30", now=at("17.35"))
    sheet = start_anaphylaxis(appointment_id=visit.pk, by=day.by, now=at("17.40"))
    lines, end = (
        reverse(f"desk:{name}", args=[day.clinic.slug, sheet.pk])
        for name in ("reaction_lines", "reaction_end")
    )
    for _round in range(2):
        nurse.get(lines)
    assert read_of(visit.patient_id) == 1, "asked for every few seconds"
    nurse.get(end)
    assert read_of(visit.patient_id) == 2


def test_a_reaction_that_is_written_or_corrected(nurse: Client, day: Day) -> None:
    visit = make_vaccinated(day, clock="17.30", now=at("17.35"))
    assert visit.dose
    nurse.post(reverse("desk:reaction_new", args=[day.clinic.slug, visit.dose.pk]), {})
    assert read_of(visit.patient_id) == 1
    made = make_reaction(visit.dose, by=day.by, now=at("17.41"))
    nurse.get(reverse("desk:reaction_correct", args=[day.clinic.slug, made.pk]))
    assert read_of(visit.patient_id) == 2


def test_who_is_asked_about_before_the_time_is_over(nurse: Client, day: Day) -> None:
    visit = make_vaccinated(day, clock="17.30", now=at("17.35"))
    nurse.get(of_person("release", visit))
    assert read_of(visit.patient_id) == 1


def test_who_is_shown_free_times_after_losing_theirs(nurse: Client, day: Day) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))
    lost = make_booking(session=later, clock="17.40")
    cancel_day(later)
    row = Displaced.objects.get(appointment=lost)
    nurse.get(reverse("desk:displaced_time", args=[day.clinic.slug, row.pk]))
    assert read_of(lost.patient_id) == 1


def test_a_search_at_the_desk_without_luck_says_by_what_and_not_for_whom(
    nurse: Client, day: Day
) -> None:
    nurse.post(of_session("find", day.session), {"what": "Hemmelig 14.03.1991"})

    [done] = AuditEntry.objects.filter(action="search.done")
    assert done.reason == "birth_date+name: 0"


def test_where_names_are_hidden_a_message_has_initials_and_no_cookie_holds_it(
    nurse: Client, day: Day
) -> None:
    visit = make_vaccinated(day, clock="17.30", now=at("17.35"))
    assert visit.patient
    nurse.post(of_session("display", day.session), {"vis": "initialer"})
    answer = nurse.post(of_person("release", visit), {"for_tiden": "1"})
    assert "messages" not in answer.cookies

    page = nurse.get(of_session("board", day.session)).content.decode()
    assert f"{visit.patient.initials} er ferdig observert." in page
    assert visit.patient.family_name not in page
