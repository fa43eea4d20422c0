"""Finding one's appointment with a code, with the same answer whether or not there is one."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from appointments.models import Appointment
from appointments.services.booking import cancel
from audit.domain import Actor
from patients.models import Patient
from patients.services import drafts
from tests.appointments.views.line import ALICE, Booker, newest_code
from tests.factories import BEFORE, make_booking, make_patient, make_session

FIND, FIND_CODE, LIST = "/min-time/", "/min-time/kode/", "/min-time/alle/"


def book_for(email, session, clock="17.00", **person):
    patient = make_patient(email=email, contact_by="email", now=BEFORE, **person)
    return make_booking(session=session, patient=patient, clock=clock, now=BEFORE)


def same_for_all(visit):
    """A page without what differs from browser to browser."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", visit.html)


def test_with_the_code_one_sees_ones_appointment_and_can_open_it(alice, evening):
    booked = book_for(ALICE, evening)
    alice.get(FIND)
    alice.shows("Finn timen din")
    alice.prove(at=FIND)
    assert alice.path == LIST
    alice.shows("Timene dine", "torsdag 26. november kl. 17.00", "Nydalen legesenter")
    alice.get(f"/min-time/{booked.pk}/")
    assert alice.path == f"/min-time/{booked.pk}/"
    alice.shows("Timen din", "Flytt timen", "Avbestill")


def test_asking_for_a_code_looks_the_same_whether_or_not_there_is_an_appointment(alice, evening):
    book_for("a.berg@example.org", evening)
    bob = Booker()
    alice.ask_for_code("a.berg@example.org", at=FIND)
    with_one, mails_with_one = same_for_all(alice), mail.outbox[-1]
    bob.ask_for_code("a.foss@example.org", at=FIND)
    assert (
        (bob.path, bob.page.status_code)
        == (alice.path, alice.page.status_code)
        == (
            FIND_CODE,
            200,
        )
    )
    assert same_for_all(bob) == with_one
    assert len(mail.outbox) == 2
    assert mail.outbox[-1].subject == mails_with_one.subject
    assert re.sub(r"\d{6}", "", mail.outbox[-1].body) == re.sub(r"\d{6}", "", mails_with_one.body)


def test_asking_costs_the_same_queries_whether_or_not_there_is_an_appointment(
    evening, django_assert_num_queries
):
    book_for(ALICE, evening)
    for email in (ALICE, "nobody@example.org"):
        visitor = Booker()
        visitor.get(FIND)
        with django_assert_num_queries(3):  # a savepoint, the code, its release
            visitor.client.post(FIND, {"channel": "email", "email": email})


def test_who_has_none_is_told_so_after_the_code_and_can_try_another_address(alice, evening):
    alice.prove("nobody@example.org", at=FIND)
    assert alice.path == LIST
    alice.shows("Du har ingen kommende timer", "Prøv en annen adresse")
    assert f'href="{FIND}"' in alice.html


def test_without_a_code_there_is_no_list(alice, evening):
    book_for(ALICE, evening)
    alice.get(LIST)
    assert alice.path == FIND
    alice.ask_for_code(at=FIND)
    alice.get(LIST)
    assert alice.path == FIND


def test_a_wrong_code_shows_nothing(alice, evening):
    book_for(ALICE, evening)
    alice.ask_for_code(at=FIND)
    wrong = "000000" if newest_code() != "000000" else "000001"
    alice.post(FIND_CODE, {"code": wrong})
    assert alice.path == FIND_CODE
    alice.shows("Koden er feil. Du har 4 forsøk igjen.")
    alice.get(LIST)
    assert alice.path == FIND


def test_past_and_cancelled_appointments_are_not_listed(alice, evening, moment):
    book_for(ALICE, evening, "17.00", given_name="Emil")
    gone = book_for(ALICE, evening, "17.10", given_name="Ola")
    cancel(appointment_id=gone.pk, by=Actor.system(), now=BEFORE)
    alice.prove(at=FIND)
    alice.shows("kl. 17.00")
    assert "kl. 17.10" not in alice.words
    moment.move_to(evening.ends_at + timedelta(minutes=1))
    alice.prove(at=FIND)
    alice.shows("Du har ingen kommende timer")


def test_an_appointment_stays_listed_until_its_session_is_over(alice, evening, moment):
    book_for(ALICE, evening)
    moment.move_to(evening.ends_at - timedelta(minutes=1))
    alice.prove(at=FIND)
    alice.shows("kl. 17.00")


def test_a_name_is_told_only_where_several_people_share_the_address(alice, evening):
    """Numbers are handed on to strangers: one appointment is shown without a name."""
    later = make_session(starts_at=evening.starts_at + timedelta(days=7))
    first = book_for(ALICE, evening, given_name="Xerxes")
    make_booking(session=later, decision=first.decision, clock="17.00", dose_number=2, now=BEFORE)
    alice.prove(at=FIND)
    assert alice.words.count("kl. 17.00") == 2
    assert "Xerxes" not in alice.words
    book_for(ALICE, evening, "18.00", given_name="Yngve")
    alice.get(LIST)
    alice.shows("Xerxes", "Yngve")


def test_only_what_belongs_to_the_proved_address_is_listed(alice, evening):
    book_for(ALICE, evening, "17.00")
    book_for("bob@example.org", evening, "18.10")
    alice.prove(at=FIND)
    alice.shows("kl. 17.00")
    assert "kl. 18.10" not in alice.words


def test_the_list_costs_the_same_however_many_there_are(alice, evening, django_assert_num_queries):
    book_for(ALICE, evening)
    alice.prove(at=FIND)
    with django_assert_num_queries(4):  # the session, the appointments, the cases, the lists
        alice.client.get(LIST)
    for clock in ("17.10", "17.20", "17.30"):
        book_for(ALICE, evening, clock)
    with django_assert_num_queries(4):
        alice.client.get(LIST)


def test_who_has_proved_the_address_needs_no_second_code(alice, evening):
    alice.prove(at=FIND)
    sent = len(mail.outbox)
    alice.ask_for_code(at=FIND)
    assert alice.path == LIST
    alice.get(FIND_CODE)
    assert alice.path == LIST
    assert len(mail.outbox) == sent


def test_after_a_pause_the_code_page_leads_back_with_words(alice, evening):
    alice.ask_for_code(at=FIND)
    drafts.forget(alice.key)
    alice.post(FIND_CODE, {"code": newest_code()})
    assert alice.path == FIND
    alice.shows("Det er gått en stund. Be om en ny kode her.")


@pytest.mark.parametrize("given", [{}, {"channel": "sms", "phone": "🎉"}, {"channel": "email"}])
def test_what_is_no_contact_is_asked_again(alice, evening, given):
    assert alice.post(FIND, given).status_code == 200
    assert alice.path == FIND
    alice.shows("Rett dette før du går videre:")
    assert mail.outbox == []


def test_a_proof_comes_with_a_new_session(alice, evening):
    alice.ask_for_code(at=FIND)
    session = alice.client.session
    session["x"] = 1
    session.save()
    alice.client.cookies["sessionid"] = before = session.session_key
    alice.post(FIND_CODE, {"code": newest_code()})
    assert alice.client.cookies["sessionid"].value != before


def test_finding_makes_no_patient(alice, evening):
    people = Patient.objects.count()
    alice.prove("nobody@example.org", at=FIND)
    assert Patient.objects.count() == people
    assert Appointment.objects.count() == 1
