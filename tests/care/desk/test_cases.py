"""The clinician's queue, and a case of it, as pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment
from audit.models import AuditEntry
from clinics.domain.roles import Role
from eligibility.models import Decision, ReviewCase
from eligibility.services import cases
from tests.access.logins import log_in
from tests.care.dayboard.pages import text
from tests.factories import (
    DAY,
    actor_of,
    at,
    make_case,
    make_clinic,
    make_doctor,
    make_patient,
    make_session,
    make_staff,
)
from tests.invariants import assert_integrity

NOW = at("17.42")
EARLIER = at("14.00")


@pytest.fixture
def clinic(db):
    return make_clinic()


@pytest.fixture
def lund(clinic):
    return make_doctor(clinic=clinic)


@pytest.fixture
def doctor(client, clock, lund):
    """A browser in which Dr. Lund is logged in."""
    return log_in(client, lund)


def queue(clinic=None):
    return reverse("desk:cases", args=[(clinic or make_clinic()).slug])


def of_case(name, case):
    return reverse(f"desk:case{name}", args=[case.clinic.slug, case.pk])


def taken(case, staff):
    by = actor_of(staff, case.clinic, Role.CLINICIAN)
    return cases.claim(case_id=case.pk, by=by, now=EARLIER)


def named(name, **case):
    return make_case(patient=make_patient(given_name=name, family_name="Aas"), now=EARLIER, **case)


def test_the_queue_has_the_nearest_day_first_and_says_what_is_left(doctor):
    named("Undatert")
    named("Fjern", exposed_on=DAY - timedelta(days=1))
    named("Snar", exposed_on=DAY - timedelta(days=4))
    named("Passert", exposed_on=DAY - timedelta(days=5))

    page = text(doctor.get(queue()))

    order = [page.index(f"Aas, {name}") for name in ("Snar", "Fjern", "Passert", "Undatert")]
    assert order == sorted(order)
    assert "Under 12 timer igjen" in page
    assert "Dag 4 er torsdag 26. november. 6 timer igjen" in page
    assert "Fristen er ute" in page
    assert "Siste dag var onsdag 25. november." in page


def test_the_queue_costs_the_same_however_many_wait(doctor, django_assert_num_queries):
    make_case(now=EARLIER)
    doctor.get(queue())
    with django_assert_num_queries(10):
        doctor.get(queue())
    for _number in range(5):
        make_case(now=EARLIER)
        doctor.get(queue())  # so that reading the list is noted already
    with django_assert_num_queries(10):
        doctor.get(queue())


def test_the_queue_reads_nothing_of_what_people_sent(doctor):
    make_case(now=EARLIER, sent={"pregnant": True}, note="Ring helst etter fire.")

    page = text(doctor.get(queue()))

    assert "Ring helst" not in page
    assert AuditEntry.objects.filter(action="case_list.read").count() == 1


def test_an_empty_queue_says_so(doctor):
    assert "Ingen saker venter" in text(doctor.get(queue()))


def test_what_a_person_sent_is_shown_to_the_one_who_has_the_case_and_each_look_is_recorded(
    doctor, lund
):
    case = make_case(now=EARLIER, sent={"pregnant": True}, note="Ring helst etter fire.")

    page = text(doctor.get(of_case("", case)))
    assert "Annen allergi" in page
    assert "Ring helst" not in page
    assert case.patient.phone[-3:] not in page

    doctor.post(of_case("_claim", case))
    page = text(doctor.get(of_case("", case)))
    assert "Ring helst etter fire." in page
    assert "Gravid Ja" in page
    assert case.patient.phone[-3:] in page
    looks = AuditEntry.objects.filter(patient_id=case.patient_id, actor_id=str(lund.pk))
    assert {entry.action for entry in looks} == {"case.read", "case.claimed", "case.sent_read"}


def test_a_nurse_sees_that_cases_wait_and_nothing_more(client, clock, clinic):
    case = make_case(now=EARLIER, exposed_on=DAY - timedelta(days=4))
    nurse = log_in(client, make_staff(clinic=clinic))

    home = text(nurse.get(reverse("desk:home")))

    assert "1 sak venter på vurdering 1 haster" in home
    assert nurse.get(queue()).status_code == 403
    assert nurse.get(of_case("", case)).status_code == 403


def test_a_case_of_another_clinic_does_not_exist(doctor):
    case = make_case(now=EARLIER, clinic=make_clinic(slug="ullern"))

    assert doctor.get(of_case("", case)).status_code == 404
    assert doctor.get(reverse("desk:case", args=["nydalen", case.pk])).status_code == 404


def test_a_yes_with_the_soonest_time_takes_two_clicks(doctor, lund):
    session = make_session(starts_at=at("18.00"))
    case = taken(make_case(now=EARLIER, exposed_on=DAY - timedelta(days=1)), lund)
    page = doctor.get(of_case("_approve", case))
    form = page.context["form"]
    assert form.initial["slot"] == str(session.slots.order_by("starts_at").first().pk)

    answer = doctor.post(
        of_case("_approve", case), {name: form.initial.get(name) or "" for name in form.fields}
    )

    assert answer.status_code == 302, text(answer)
    booked = Appointment.objects.get(patient=case.patient)
    assert (booked.status, booked.route, booked.slot.session) == ("booked", "subcutaneous", session)
    assert booked.decision.source == Decision.Source.CLINICIAN
    case.refresh_from_db()
    assert case.state == "approved"
    assert "Godkjent, signert og bestilt" in text(doctor.get(queue()))
    assert_integrity(now=NOW)


def test_without_a_time_the_person_chooses_one(doctor, lund):
    case = taken(make_case(now=EARLIER), lund)

    doctor.post(of_case("_approve", case), {"doses": "2", "route": "subcutaneous", "slot": "none"})

    case.refresh_from_db()
    assert case.outcome.course["route"] == "subcutaneous"
    assert case.outcome.course["volume_ml"] == "0.5"
    assert Appointment.objects.count() == 0


def test_a_time_that_is_gone_is_said_and_nothing_is_saved(doctor, lund):
    session = make_session(starts_at=at("18.00"), stations=1, hours=0.2, slot_minutes=10)
    case = taken(make_case(now=EARLIER), lund)
    slot = session.slots.first()
    before = {"doses": "2", "route": "subcutaneous", "slot": str(slot.pk), "reason": "Fordi."}
    type(session).objects.filter(pk=session.pk).update(vials_allotted=0)

    page = doctor.post(of_case("_approve", case), before)

    assert page.status_code == 200
    assert "Valget finnes ikke på siden" in text(page)
    assert page.context["form"]["reason"].value() == "Fordi."
    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("claimed", 1)


def test_an_interval_without_a_reason_is_refused_by_name(doctor, lund):
    case = taken(make_case(now=EARLIER), lund)

    page = doctor.post(
        of_case("_approve", case),
        {"doses": "2", "route": "intradermal", "interval": "21", "slot": "none"},
    )

    assert "Skriv hvorfor de 28 dagene ikke skal gjelde." in text(page)
    assert page.context["form"]["interval"].value() == "21"


def test_a_no_has_words_that_the_person_reads_or_not(doctor, lund):
    case = taken(make_case(now=EARLIER), lund)

    doctor.post(
        of_case("_refuse", case),
        {"outcome": "not_needed", "reason": "Du er godt beskyttet.", "shown": "yes"},
    )

    case.refresh_from_db()
    assert (case.state, case.reason_shown) == ("refused", True)
    assert case.outcome.outcome == "not_needed"
    page = text(doctor.get(of_case("", case)))
    assert "Signert av Dr. Lund, HPR 9000011" in page
    assert "Personen kan lese dette." in page


def test_a_colleagues_case_is_taken_over_after_a_question(doctor, lund):
    moe = make_doctor(name="Dr. Moe")
    case = taken(make_case(now=EARLIER), moe)
    assert "Dr. Moe har saken." in text(doctor.get(of_case("", case)))
    refused = doctor.get(of_case("_approve", case), follow=True)
    assert "Du har ikke denne saken." in text(refused)

    assert "Dr. Moe tok saken" in text(doctor.get(of_case("_take_over", case)))
    doctor.post(of_case("_take_over", case), {"holder": str(moe.pk)})

    case.refresh_from_db()
    assert case.claimed_by == lund


def test_taken_over_from_somebody_who_has_it_no_more_nothing_changes(doctor):
    moe, dahl = make_doctor(name="Dr. Moe"), make_doctor(name="Dr. Dahl")
    case = taken(make_case(now=EARLIER), moe)

    page = doctor.post(of_case("_take_over", case), {"holder": str(dahl.pk)}, follow=True)

    assert "endret av en kollega" in text(page)
    case.refresh_from_db()
    assert case.claimed_by == moe


def test_a_case_is_sent_to_another_clinic_with_a_note(doctor, lund):
    other = make_clinic(slug="ullern", name="Ullern")
    case = taken(make_case(now=EARLIER), lund)

    page = doctor.post(
        of_case("_hand_over", case), {"clinic": str(other.pk), "note": "Bor der."}, follow=True
    )

    assert "Saken er sendt til Ullern." in text(page)
    assert ReviewCase.objects.get(pk=case.pk).clinic == other


def test_an_end_without_a_decision_needs_a_reason(doctor, lund):
    case = taken(make_case(now=EARLIER), lund)
    assert "Skriv hvorfor saken avsluttes" in text(doctor.post(of_case("_close", case), {}))

    doctor.post(of_case("_close", case), {"reason": "Vil ikke likevel."})

    case.refresh_from_db()
    assert case.state == "closed"


def test_a_clinician_without_a_number_is_told_whom_to_ask(client, clock, clinic):
    case = make_case(now=EARLIER)
    browser = log_in(Client(), make_staff(Role.CLINICIAN, clinic=clinic))

    page = browser.post(of_case("_claim", case), follow=True)

    assert "Du mangler HPR-nummer" in text(page)
    case.refresh_from_db()
    assert case.state == "open"


def test_what_is_over_stands_below_for_a_week(doctor, lund):
    case = taken(make_case(now=EARLIER), lund)
    doctor.post(of_case("_close", case), {"reason": "Vil ikke likevel."})

    page = text(doctor.get(queue()))

    assert "Avsluttet de siste sju dagene" in page
    assert case.patient.sorted_name in page
