"""A person's own case: every state it can be in, withdrawing it, a time after an approval."""

from datetime import date, timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.domain import Actor
from clinics.domain.roles import Role
from eligibility.models import Decision, ReviewCase
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests.appointments.cases.way import ALICE, Asker
from tests.factories import (
    BEFORE,
    actor_of,
    make_booking,
    make_case,
    make_clinic,
    make_doctor,
    make_session,
    slot_at,
)
from tests.invariants import assert_integrity

PHONE = "+4722000000"
SOON = BEFORE + timedelta(minutes=30)


@pytest.fixture
def lund(clinic):
    return actor_of(make_doctor(clinic=clinic), clinic, Role.CLINICIAN)


def approve(case, by):
    case.refresh_from_db()
    return cases.approve(
        case_id=case.pk,
        course=course_of(case.decision),
        interval_override_days=None,
        reason="Vurdert",
        by=by,
        now=SOON,
    )


def taken(case, by):
    cases.claim(case_id=case.pk, by=by, now=SOON)
    return case


def refuse(case, by, **how):
    return cases.refuse(case_id=case.pk, reason="Ta kontakt om et år.", by=by, now=SOON, **how)


def page_of(case):
    return f"/vurdering/sak/{case.pk}/"


def test_while_it_waits_it_says_until_when_and_what_to_do_on_symptoms(alice, clinic):
    alice.sent()
    alice.shows(
        "Vi har fått saken",
        "Du skal høre fra oss senest lørdag 21. november.",
        "Unngå nær kontakt med andre, snakk med en lege og test deg.",
        PHONE,
    )


def test_after_day_4_the_last_day_counts(alice, clinic, moment):
    alice.exposed(graviditet="pregnant").to_details().send()
    moment.shift(timedelta(days=3))
    alice.prove(ALICE, at="/min-time/")  # the session is over
    alice.get(page_of(ReviewCase.objects.get()))
    alice.shows("Du skal høre fra oss senest tirsdag 1. desember.")


def test_a_review_without_an_exposure_has_a_day_to_ask_on(alice, clinic):
    alice.answers(graviditet="pregnant").prove_contact()
    alice.send()
    alice.shows("Har du ikke hørt fra oss innen torsdag 26. november, ring oss.")
    assert "utslett" not in alice.words


def test_a_clinician_at_work_shows(alice, clinic, lund):
    case = taken(alice.sent(), lund)
    alice.get(page_of(case))
    alice.shows("En lege ser på saken")


def test_a_clinician_who_wants_to_talk_gives_the_number(alice, clinic, lund):
    case = taken(alice.sent(), lund)
    cases.ask_to_call(case_id=case.pk, by=lund, now=SOON)
    alice.get(page_of(case))
    alice.shows("Legen vil snakke med deg", f"Ring oss på {PHONE} så snart du kan.")


@pytest.mark.parametrize("shown", [True, False])
def test_a_refusal_shows_the_clinicians_words_only_where_they_are_meant_to(
    alice, clinic, lund, shown
):
    case = taken(alice.sent(), lund)
    refuse(case, lund, reason_shown=shown)
    alice.get(page_of(case))
    alice.shows("Svaret er at du ikke får tilbud nå.", f"Ring oss på {PHONE}.")
    assert ("Ta kontakt om et år." in alice.words) is shown


def test_a_case_closed_without_an_answer_says_so(alice, clinic, lund):
    case = taken(alice.sent(), lund)
    cases.close(case_id=case.pk, reason="Avklart på telefon", by=lund, now=SOON)
    alice.get(page_of(case))
    alice.shows("Saken er avsluttet. Det du sendte, er slettet.", PHONE)
    assert "Avklart" not in alice.words


def test_no_state_names_the_disease_or_an_answer(alice, clinic, lund):
    case = taken(alice.sent(note="Hemmelig"), lund)
    pages = [alice.get(page_of(case)).content.decode()]
    refuse(case, lund)
    pages.append(alice.get(page_of(case)).content.decode())
    for page in pages:
        assert not any(word in page.lower() for word in ("mpox", "hemmelig", "sex", "hiv"))


# Withdrawing


def test_withdrawing_is_asked_once_more_and_drops_what_was_sent(alice, clinic):
    case = alice.sent(note="Ring meg")
    alice.get(page_of(case) + "trekk/")
    alice.shows("Vil du trekke saken?", "Da sletter vi det du sendte")
    case.refresh_from_db()
    assert case.state == "open"
    alice.post(page_of(case) + "trekk/")
    alice.shows("Det du sendte, er trukket tilbake og slettet.", "Du har trukket saken.")
    case.refresh_from_db()
    assert (case.state, case.sent, case.note) == ("withdrawn", None, None)


def test_withdrawing_twice_is_withdrawing_once(alice, clinic):
    case = alice.sent()
    for _ in range(2):
        alice.post(page_of(case) + "trekk/")
        alice.shows("Du har trukket saken.")
    assert [event.action for event in case.events.all()] == ["open", "withdraw"]


def test_what_is_decided_cannot_be_withdrawn(alice, clinic, lund):
    case = taken(alice.sent(), lund)
    refuse(case, lund)
    alice.post(page_of(case) + "trekk/")
    alice.shows("Saken er ikke åpen lenger", "Svaret er at du ikke får tilbud nå.")


# A time


def test_after_an_approval_a_time_can_be_chosen_whatever_groups_are_open(
    alice, clinic, lund, moment
):
    session = make_session(clinic=clinic, starts_at=BEFORE + timedelta(days=1), groups=(1,))
    case = taken(alice.sent(), lund)
    decision = approve(case, lund)
    alice.get(page_of(case))
    alice.shows("Legen har sagt ja", "Nå kan du velge en tid.")
    times = page_of(case) + "tid/"
    alice.get(times)
    alice.shows("Når kan du komme?", "Vaksinen bør settes senest", "17.00")
    assert "Steg" not in alice.words
    alice.post(times, {"slot": str(slot_at(session, "17.00").pk)})
    alice.shows("Timen er bestilt.", "kl. 17.00")
    booked = Appointment.objects.get(patient=case.patient)
    assert (booked.status, booked.route, booked.decision) == (
        Status.BOOKED,
        "subcutaneous",
        decision,
    )
    alice.get(page_of(case))
    alice.shows("Fredag 20. november", "kl. 17.00", "Se timen din")
    alice.post(times, {"slot": str(slot_at(session, "17.10").pk)})
    assert alice.path == page_of(case)
    assert Appointment.objects.filter(patient=case.patient).count() == 1
    assert_integrity(now=BEFORE)


def test_the_time_of_an_approved_person_can_be_moved_whatever_groups_are_open(alice, clinic, lund):
    # A1: pregnant, group 3; the clinic has only evenings for group 1.
    session = make_session(clinic=clinic, starts_at=BEFORE + timedelta(days=1), groups=(1,))
    alice.answers(graviditet="pregnant").prove_contact()
    alice.send()
    case = taken(ReviewCase.objects.get(), lund)
    approve(case, lund)
    alice.post(page_of(case) + "tid/", {"slot": str(slot_at(session, "17.00").pk)})
    booked = Appointment.objects.get(patient=case.patient)
    assert booked.decision.priority_group == "3"
    alice.post(f"/min-time/{booked.pk}/endre/", {"slot": str(slot_at(session, "17.20").pk)})
    alice.shows("Timen er flyttet.")


def test_a_time_that_was_just_taken_is_refused_and_others_are_shown(alice, clinic, lund):
    session = make_session(
        clinic=clinic, starts_at=BEFORE + timedelta(days=1), stations=1, groups=(1,)
    )
    case = taken(alice.sent(), lund)
    approve(case, lund)
    make_booking(session=session, clock="17.00", now=BEFORE)
    alice.post(page_of(case) + "tid/", {"slot": str(slot_at(session, "17.00").pk)})
    alice.shows("Tiden er ikke ledig lenger. Velg en annen.", "17.10")
    assert not Appointment.objects.filter(patient=case.patient).exists()


def test_after_a_cancellation_a_new_time_can_be_chosen(alice, clinic, lund):
    session = make_session(clinic=clinic, starts_at=BEFORE + timedelta(days=1))
    case = taken(alice.sent(), lund)
    approve(case, lund)
    times = page_of(case) + "tid/"
    alice.post(times, {"slot": str(slot_at(session, "17.00").pk)})
    cancel(
        appointment_id=Appointment.objects.get(patient=case.patient).pk,
        by=Actor.patient(case.patient_id),
        now=SOON,
    )
    alice.get(page_of(case))
    alice.shows("Legen har sagt ja")
    alice.post(times, {"slot": str(slot_at(session, "17.10").pk)})
    alice.shows("Timen er bestilt.")


def test_without_an_approval_there_is_no_time_to_choose(alice, clinic, lund):
    session = make_session(clinic=clinic, starts_at=BEFORE + timedelta(days=1))
    case = alice.sent()
    chosen = {"slot": str(slot_at(session, "17.00").pk)}
    alice.post(page_of(case) + "tid/", chosen)
    assert alice.path == page_of(case)
    refuse(taken(case, lund), lund)
    alice.post(page_of(case) + "tid/", chosen)
    assert alice.path == page_of(case)
    assert not Appointment.objects.filter(patient=case.patient).exists()


# Whose it is


def test_another_browser_is_led_to_the_code_page_whether_or_not_there_is_a_case(alice, clinic):
    case = alice.sent()
    mallory = Asker()
    for path in ("", "trekk/", "tid/"):
        mallory.get(page_of(case) + path)
        assert mallory.path == "/min-time/"
    mallory.get("/vurdering/sak/00000000-0000-0000-0000-000000000000/")
    assert mallory.path == "/min-time/"


def test_the_code_page_lists_the_case_beside_the_appointments(alice, clinic):
    case = alice.sent()
    on_another_phone = Asker()
    on_another_phone.prove(ALICE, at="/min-time/")
    on_another_phone.shows("Sakene dine", "Sendt torsdag 19. november kl. 16.00")
    assert page_of(case) in on_another_phone.html
    on_another_phone.get(page_of(case))
    on_another_phone.shows("Vi har fått saken")


def test_a_page_costs_the_same_however_many_cases_the_clinic_has(
    alice, clinic, django_assert_num_queries
):
    case = alice.sent()
    for _ in range(5):
        make_case(clinic=make_clinic(), exposed_on=date(2026, 11, 18), now=BEFORE)
    with django_assert_num_queries(2):  # the session, and the case with all it shows
        alice.client.get(page_of(case))


def test_a_decision_of_the_rules_is_not_taken_for_a_clinicians(alice, clinic):
    alice.sent()
    assert Decision.objects.get().source == Decision.Source.SELF


def test_the_list_costs_the_same_however_many_share_the_address(
    alice, clinic, django_assert_num_queries
):
    alice.sent()
    for born, name in (("01.02.1980", "Bob"), ("03.04.1985", "Mallory")):
        other = Asker().exposed(fodselsdato=born)
        other.to_details().send(given=name)
    with django_assert_num_queries(4):  # the session, the appointments, the cases, the lists
        page = alice.client.get("/min-time/alle/").content.decode()
    assert page.count("/vurdering/sak/") == 3
    assert "Mallory, Nydalen legesenter" in page


def test_a_case_is_listed_for_60_days_after_the_approval(alice, clinic, lund, moment):
    case = taken(alice.sent(), lund)
    approve(case, lund)
    for days, listed in ((59, True), (2, False)):
        moment.shift(timedelta(days=days))
        later = Asker()
        later.prove(ALICE, at="/min-time/")
        assert (page_of(case) in later.html) is listed
