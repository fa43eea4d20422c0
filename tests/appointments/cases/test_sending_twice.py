"""One case a person, however often and from however many tabs it is sent."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from appointments.services import case_checkout
from appointments.services.case_checkout import send_case
from appointments.services.checkout import Checkout
from eligibility.domain.answers import Contact as Kind
from eligibility.domain.answers import Exposure
from eligibility.domain.rules import rule_set_in_force
from eligibility.models import Decision, ReviewCase
from eligibility.services.cases import CaseWaitingError
from eligibility.services.screening import Screened
from notifications.models import Message
from patients.domain.contact import Contact
from patients.models import Patient
from tests.appointments.cases.way import ALICE, BEGIN, DETAILS, MINE, Asker
from tests.eligibility.visit import RESULT
from tests.factories import BEFORE, answers_of, make_clinic, make_patient
from tests.invariants import assert_integrity

TABS = 8


def test_a_button_pressed_twice_sends_one_case_and_says_nothing_of_it(alice, clinic):
    case = alice.sent()
    first = alice.path
    alice.send()
    assert alice.path == first
    assert "fra før" not in alice.words
    assert list(ReviewCase.objects.values_list("pk", flat=True)) == [case.pk]
    assert Message.objects.filter(kind="case_received").count() == 1


def test_the_way_back_leads_to_the_case(alice, clinic):
    alice.sent()
    mine = alice.path
    for path in (BEGIN, "/vurdering/kontakt/", "/vurdering/kode/", DETAILS):
        alice.get(path)
        assert alice.path == mine


def test_a_second_case_leads_to_the_one_that_waits_and_loses_nothing(alice, clinic, moment):
    first = alice.sent()
    mine = alice.path
    moment.shift(timedelta(hours=1))
    alice.exposed(smittedato="18.11.2026").choose_place()
    alice.post("/vurdering/kontakt/", {"channel": "email", "email": ALICE})
    alice.send(note="Det haster mer nå")
    assert alice.path == mine
    alice.shows("Vi har en sak fra deg fra før, så vi har ikke sendt en ny.")
    assert ReviewCase.objects.get().pk == first.pk
    assert Decision.objects.count() == 1
    alice.get(DETAILS)
    assert "Det haster mer nå</textarea>" in alice.html
    alice.get(RESULT)
    assert alice.path == RESULT


def test_once_it_is_withdrawn_the_second_can_be_sent(alice, clinic, moment):
    alice.sent()
    moment.shift(timedelta(hours=1))
    alice.post(alice.path + "trekk/")
    alice.exposed().choose_place()
    alice.post("/vurdering/kontakt/", {"channel": "email", "email": ALICE})
    alice.send()
    assert MINE.fullmatch(alice.path)
    assert sorted(ReviewCase.objects.values_list("state", flat=True)) == ["open", "withdrawn"]
    assert Patient.objects.filter(email_hash__gt="").count() == 1


def test_two_people_who_share_an_address_have_a_case_each(alice, clinic):
    alice.sent()
    bob = Asker().exposed(fodselsdato="01.02.1980")
    bob.to_details().send(given="Bob", family="Ås")
    assert ReviewCase.objects.filter(state="open").count() == 2


# Two tabs


def _screened():
    nobody = make_patient()
    exposure = Exposure(BEFORE.date() - timedelta(days=1), Kind.SEXUAL)
    answers = answers_of(nobody, now=BEFORE, exposure=exposure)
    return Screened(answers, rule_set_in_force(answers.assessed_on).decide(answers))


def _send_from_all_tabs():
    """Send the same case from all tabs at once; return how many each of the two ends got."""
    screened, clinic = _screened(), make_clinic()
    start = Barrier(TABS)

    def press(_tab):
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            return send_case(
                Checkout("Alice", "Ås", Contact("email", ALICE), "nb"),
                screened=screened,
                clinic_id=clinic.pk,
                sent={},
                note="",
                now=BEFORE,
            ).pk
        except CaseWaitingError as error:
            return error.case_id
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(press, range(TABS)))


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_send_at_once_come_to_the_same_case(valkey):
    shown = _send_from_all_tabs()
    case = ReviewCase.objects.get()
    assert set(shown) == {case.pk}
    assert Patient.objects.filter(email_hash__gt="").count() == 1
    assert Decision.objects.count() == 1
    assert_integrity(now=BEFORE)


@pytest.mark.django_db(transaction=True)
def test_without_the_queue_the_tabs_make_cases_of_several_people(valkey, monkeypatch):
    together = Barrier(TABS)
    monkeypatch.setattr(case_checkout, "queue_up", lambda _hash: None)
    find = case_checkout.person_of

    def find_together(*args, **kwargs):
        together.wait(timeout=30)
        return find(*args, **kwargs)

    monkeypatch.setattr(case_checkout, "person_of", find_together)
    assert len(set(_send_from_all_tabs())) > 1
