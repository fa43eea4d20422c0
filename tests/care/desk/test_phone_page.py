"""Booking for somebody on the phone: one form, and everything kept when something is wrong."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.models import AuditEntry
from care.desk.phone_questions import question_fields
from clinics.domain.roles import Role
from eligibility.models import Decision, ReviewCase
from notifications.models import Message
from patients.models import Patient
from tests.access.logins import log_in
from tests.care.dayboard.pages import text
from tests.care.phone import (
    ALICE,
    ANSWERS,
    NOBODY_TO_WRITE_TO,
    PAGE,
    REACHED,
    book_alice,
    typed,
    words,
)
from tests.factories import (
    BEFORE,
    OPENING,
    Day,
    at,
    make_booking,
    make_clinic,
    make_patient,
    make_session,
    make_staff,
    slot_at,
)
from tests.forms_walk.html import PageParser
from tests.invariants import assert_integrity


def known_page(patient: Patient) -> str:
    return reverse("desk:phone_known", args=["nydalen", patient.pk])


def time_page(appointment: Appointment) -> str:
    return reverse("desk:time", args=["nydalen", appointment.pk])


def test_one_form_registers_decides_and_books(nurse: Client, day: Day) -> None:
    response = book_alice(nurse, day.session)

    booked = Appointment.objects.get()
    assert response["Location"] == time_page(booked)
    assert booked.slot == slot_at(day.session, "18.10")
    assert booked.patient
    assert booked.decision
    alice = booked.patient
    assert (alice.name, alice.birth_date) == ("Alice Ås", date(1991, 3, 14))
    assert (alice.phone, alice.contact_by, alice.language) == ("+4741234567", "sms", "nb")
    decision = booked.decision
    assert (decision.source, decision.decided_by, decision.outcome) == (
        Decision.Source.PHONE,
        day.nurse,
        "eligible",
    )
    assert (decision.priority_group, booked.dose_number) == ("3", 1)
    assert_integrity(now=at("17.42"))


def test_what_was_answered_about_sex_and_health_is_kept_nowhere(nurse: Client, day: Day) -> None:
    book_alice(nurse, day.session, forebygging="no", prover="yes", prover__hva="syphilis")

    decision = Decision.objects.get()
    assert not {"R1", "R2", "R3", "R4"} & set(decision.reasons)
    kept = str([dict(nurse.session), Decision.objects.values(), AuditEntry.objects.values()])
    assert "syphilis" not in kept
    assert "casual_sex" not in kept


def test_the_access_log_names_the_nurse_for_each_thing_done(nurse: Client, day: Day) -> None:
    book_alice(nurse, day.session, interpreter="arabisk", protected_address="yes")

    done = AuditEntry.objects.filter(actor_kind="staff", actor_id=str(day.nurse.pk))
    assert set(done.values_list("action", flat=True)) >= {
        "patient.registered",
        "patient.needs_changed",
        "decision.made",
        "appointment.booked",
    }


def test_somebody_without_phone_and_email_is_booked_and_gets_no_message(
    nurse: Client, day: Day
) -> None:
    response = nurse.post(PAGE, {**typed(day.session), **NOBODY_TO_WRITE_TO}, follow=True)

    assert Appointment.objects.get().patient.contact_by == "none"  # type: ignore[union-attr]
    assert not Message.objects.exists()
    assert "Skriv ut lappen, eller les opp tid og sted" in text(response)


def test_an_email_address_is_known_by_its_sign(nurse: Client, day: Day) -> None:
    book_alice(nurse, day.session, contact="alice@example.org")

    alice = Patient.objects.get(email_hash__gt="")
    assert (alice.email, alice.contact_by) == ("alice@example.org", "email")


def test_the_interpreter_and_the_protected_address_are_kept(nurse: Client, day: Day) -> None:
    book_alice(nurse, day.session, interpreter="arabisk", protected_address="yes")

    alice = Appointment.objects.get().patient
    assert alice
    assert (alice.interpreter, alice.protected_address) == ("arabisk", True)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"given_name": ""}, "Skriv fornavnet."),
        ({"family_name": "123"}, "Navnet må ha minst én bokstav."),
        ({"birth_date": "310291"}, "Skriv en dato som finnes"),
        ({"birth_date": ""}, "Skriv når personen er født, for eksempel 140391."),
        ({"contact": "22334455"}, "Dette nummeret tar ikke imot SMS."),
        ({"contact": "alice@"}, "Dette er ikke en gyldig e-postadresse."),
        ({"contact": ""}, "kryss av for at personen ikke har noen av delene"),
        ({"no_contact": "on"}, "Ta bort krysset, eller tøm feltet."),
        ({"interpreter": "?!"}, "Skriv språket med bokstaver"),
        ({"hud": ""}, "Spør, og velg svaret: Har du noe av dette?"),
        ({"vaner__hva": None}, "Kryss av for hva det gjelder: Passer noe av dette for deg?"),
        ({"number": ""}, "Spør om personen har fått vaksinen før, og velg svaret."),
        ({"number": "1"}, "Skriv når du fikk dosen."),
        ({"slot": ""}, "Velg en tid."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_with_a_remedy_and_all_that_was_typed_is_kept(
    nurse: Client, day: Day, changes: dict[str, str | None], says: str
) -> None:
    response = book_alice(nurse, day.session, **changes)

    page = words(response)
    assert says in page
    assert not Appointment.objects.exists()
    assert not Patient.objects.exists()
    form = next(one for one in PageParser(page).forms if "slot" in one.names)
    sent = typed(day.session, **changes)
    for name in set(sent) - {"slot"}:
        assert [value for value in form.values(name) if value] == [sent[name]] * bool(sent[name])


def test_a_question_that_the_rules_do_not_ask_needs_no_answer(nurse: Client, day: Day) -> None:
    """Somebody on PrEP is in group 1, and nothing more about groups is asked."""
    clinic = make_clinic(slug="sykehuset", name="Sykehuset", kind="specialist", groups=(1,))
    changes = {"forebygging": "yes", "oppfolging": None, "betaling": None, "vaner": None}

    response = book_alice(nurse, day.session, **changes, vaner__hva=None, prover=None)

    assert f"Får tilbud, men ikke her Be personen ringe et av disse stedene. {clinic}" in text(
        response
    )
    assert not Appointment.objects.exists()


def test_symptoms_stop_it_at_once_and_nobody_is_registered(nurse: Client, day: Day) -> None:
    sent = {**ALICE, **REACHED, "symptomer": "yes", "slot": typed(day.session)["slot"]}

    page = text(nurse.post(PAGE, sent))

    assert "Symptomer: må til lege" in page
    assert "legevakten på 116 117" in page
    assert not Patient.objects.exists()


def test_who_is_in_no_group_is_told_so(nurse: Client, day: Day) -> None:
    page = text(book_alice(nurse, day.session, kjonn="woman"))

    assert "Er ikke i en gruppe som får tilbud" in page
    assert "kan svarene endres nedenfor" in page


def test_a_case_for_the_doctors_is_sent_with_health_facts_only(nurse: Client, day: Day) -> None:
    pregnant = {"graviditet": "yes", "graviditet__hva": "pregnant"}
    page = text(book_alice(nurse, day.session, **pregnant))
    assert "Krever vurdering av lege Gravid" in page
    assert not ReviewCase.objects.exists()

    response = book_alice(nurse, day.session, **pregnant, velg="sak")

    assert response["Location"] == PAGE
    case = ReviewCase.objects.get()
    assert (case.clinic, case.decision.source) == (day.clinic, Decision.Source.PHONE)
    assert case.decision.decided_by == day.nurse
    assert case.sent["pregnant"] is True
    assert not {"gender", "sex_with_men", "risk_behaviours"} & set(case.sent)
    assert not Appointment.objects.exists()
    assert_integrity(now=at("17.42"))


def test_a_case_sent_twice_is_one_case(nurse: Client, day: Day) -> None:
    sick = {"graviditet": "yes", "graviditet__hva": "pregnant", "velg": "sak"}
    for _ in range(2):
        book_alice(nurse, day.session, **sick)

    assert ReviewCase.objects.count() == Patient.objects.count() == 1


def test_what_somebody_would_rather_not_answer_is_for_the_doctors(nurse: Client, day: Day) -> None:
    page = text(book_alice(nurse, day.session, partnere="declined"))

    assert "Krever vurdering av lege" in page
    assert "Send saken til legene" in page


def test_keloid_leads_to_times_with_a_vial_of_their_own(nurse: Client, day: Day) -> None:
    """All vials but those of the booked are taken: a whole one is not to be had."""
    response = book_alice(nurse, day.session, hud="yes", hud__hva="keloid_tendency")

    assert response.status_code == 302
    assert Appointment.objects.get().route == "subcutaneous"


def test_pressed_twice_it_books_once(nurse: Client, day: Day) -> None:
    first = book_alice(nurse, day.session)
    second = book_alice(nurse, day.session)

    assert first["Location"] == second["Location"]
    assert Appointment.objects.count() == Patient.objects.count() == 1


def test_a_time_taken_meanwhile_shows_other_times_with_all_that_was_typed(
    nurse: Client, day: Day
) -> None:
    form = typed(day.session)
    for _ in range(2):
        make_booking(session=day.session, clock="18.10")

    response = nurse.post(PAGE, form)

    page = words(response)
    assert "Tiden er ikke ledig lenger, eller passer ikke til svarene." in page
    assert form["slot"] not in page, "the time that is gone is not offered"
    assert 'value="Alice"' in page
    assert Patient.objects.filter(family_name__isnull=False).count() == 2
    assert nurse.post(PAGE, typed(day.session, clock="18.20")).status_code == 302


def test_another_clinics_time_is_no_time(nurse: Client, day: Day) -> None:
    elsewhere = make_session(clinic=make_clinic(slug="ullern", name="Ullern"))

    page = text(book_alice(nurse, elsewhere))

    assert "Velg en av tidene nedenfor." in page
    assert not Appointment.objects.exists()


def test_one_day_is_shown_when_its_button_is_pressed_and_nothing_is_judged(
    nurse: Client, day: Day
) -> None:
    later = make_session(clinic=day.clinic, starts_at=OPENING + timedelta(days=7))

    response = nurse.post(PAGE, {"given_name": "Alice", "velg": f"dag:{later.date}"})

    page = words(response)
    assert 'value="Alice"' in page
    assert "Rett dette" not in page
    assert slot_at(later, "17.00").pk.hex in page.replace("-", "")
    assert str(slot_at(day.session, "18.10").pk) not in page
    assert "checked autofocus" in " ".join(page.split())


def test_an_impossible_day_shows_all(nurse: Client, day: Day) -> None:
    page = words(nurse.post(PAGE, {"velg": "dag:i morgen"}))

    assert str(slot_at(day.session, "18.10").pk) in page


def test_the_first_time_that_shares_a_vial_is_chosen(nurse: Client, day: Day) -> None:
    make_booking(session=day.session, clock="19.00")

    page = " ".join(words(nurse.get(PAGE)).split())

    first = slot_at(day.session, "17.50").pk
    assert f'value="{first}" id="id_slot" checked' in page
    assert "de deler hetteglass med andre" in page


def test_without_a_free_time_the_page_says_so(nurse: Client, day: Day) -> None:
    day.session.delete()

    assert "Ingen ledige tider nå." in text(nurse.get(PAGE))


# Somebody the clinic knows


def test_name_and_birth_date_alone_lead_to_what_is_known(nurse: Client, day: Day) -> None:
    known = make_patient(given_name="Alice", family_name="Ås", phone="+4741234567")
    cancel(
        appointment_id=make_booking(session=day.session, patient=known).pk,
        by=day.by,
        now=BEFORE,
    )

    response = nurse.post(PAGE, {**ALICE, **REACHED, "contact": "", "slot": ""})

    assert response["Location"] == known_page(known)
    page = words(nurse.get(known_page(known)))
    assert 'value="+4741234567"' in page
    assert "Avgjort 19. november 2026: får tilbud om dose 1." in " ".join(page.split())
    assert "id_symptomer" not in page, "what is decided is not asked again"


def test_who_was_asked_something_stays_on_the_page_with_the_answers(
    nurse: Client, day: Day
) -> None:
    known = make_patient(given_name="Alice", family_name="Ås")
    cancel(
        appointment_id=make_booking(session=day.session, patient=known).pk, by=day.by, now=BEFORE
    )

    response = book_alice(nurse, day.session, hud="")

    assert response.status_code == 200
    assert "Spør, og velg svaret: Har du noe av dette?" in words(response)


def test_a_decision_that_stands_is_booked_on(nurse: Client, day: Day) -> None:
    before = make_booking(session=day.session, clock="17.50")
    cancel(appointment_id=before.pk, by=day.by, now=BEFORE)
    assert before.patient

    response = nurse.post(
        known_page(before.patient),
        {**REACHED, "slot": str(slot_at(day.session, "18.10").pk)},
    )

    booked = Appointment.objects.get(status="booked")
    assert response["Location"] == time_page(booked)
    assert (booked.patient, booked.decision) == (before.patient, before.decision)
    assert Patient.objects.get().phone == "+4741234567", "the number told today"


def test_who_has_a_time_is_shown_it_with_ways_to_move_and_cancel(nurse: Client, day: Day) -> None:
    booked = make_booking(session=day.session, clock="18.10")
    assert booked.patient

    page = words(nurse.get(known_page(booked.patient)))

    assert "Har time torsdag 26. november kl. 18.10, dose 1" in " ".join(page.split())
    for name in ("time_move", "time_cancel", "slip"):
        assert reverse(f"desk:{name}", args=["nydalen", booked.pk]) in page
    read = AuditEntry.objects.get(action="patient.read", actor_id=str(day.nurse.pk))
    assert read.patient_id == booked.patient.pk


def test_a_booking_for_who_has_another_time_leads_to_that(nurse: Client, day: Day) -> None:
    alice = make_patient(given_name="alice", family_name="ÅS")
    booked = make_booking(session=day.session, patient=alice, clock="18.30")

    response = book_alice(nurse, day.session)

    assert response["Location"] == time_page(booked)
    assert Appointment.objects.get() == booked


def test_a_time_somewhere_else_is_not_named(nurse: Client, day: Day) -> None:
    elsewhere = make_session(clinic=make_clinic(slug="sykehuset", name="Sykehuset"))
    alice = make_patient(given_name="Alice", family_name="Ås", phone="+4741234567")
    make_booking(session=elsewhere, patient=alice)

    page = text(book_alice(nurse, day.session))

    assert "Personen har en time et annet sted. Be dem avbestille den først." in page
    assert "Sykehuset" not in page
    assert Appointment.objects.count() == 1


def test_whom_the_clinic_does_not_know_does_not_exist_here(nurse: Client, day: Day) -> None:
    make_session(clinic=make_clinic(slug="ullern", name="Ullern"))
    stranger = make_patient()

    assert nurse.get(known_page(stranger)).status_code == 404


def test_a_case_that_waits_comes_first(nurse: Client, day: Day) -> None:
    book_alice(nurse, day.session, graviditet="yes", graviditet__hva="pregnant", velg="sak")

    page = text(nurse.get(known_page(Patient.objects.get())))

    assert "En sak om personen venter på svar fra en lege." in page


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.LEAD])
def test_everybody_at_the_desk_may_book(
    client: Client, clock: object, day: Day, role: Role
) -> None:
    log_in(client, make_staff(role, clinic=day.clinic))

    assert book_alice(client, day.session).status_code == 302


def test_the_page_costs_the_same_with_one_day_and_with_four(nurse: Client, day: Day) -> None:
    counts = []
    for days in (0, 3):
        for number in range(days):
            session = make_session(
                clinic=day.clinic, starts_at=OPENING + timedelta(days=number + 1)
            )
            make_booking(session=session)
        with CaptureQueriesContext(connection) as queries:
            assert nurse.get(PAGE).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14, counts


def test_all_answers_have_a_field() -> None:
    assert set(ANSWERS) <= set(question_fields())
