"""The page of an offer: what holds is said calmly, whoever answers, when and how often."""

import re
from datetime import timedelta

import pytest

from appointments.domain.status import Status
from appointments.models import Appointment, Offer
from appointments.services.offers import lapse_offers, offer_free_times
from appointments.services.standby import invite_standby
from audit.domain import Actor
from notifications.services.delivery import deliver_due
from tests.appointments.views.line import Booker
from tests.factories import (
    BEFORE,
    OPENING,
    at,
    make_booking,
    make_clinic,
    make_dose,
    make_patient,
    make_session,
    make_vial,
    make_wait,
)
from vaccinations.services.vials import discard

FORBIDDEN = re.compile(r"mpox|apekopp|vaksin|vaccin|dose|gruppe|group|pox|hiv|prep", re.IGNORECASE)
ALICE = {"email": "alice@example.org", "contact_by": "email"}


@pytest.fixture
def offer(moment, mailbox, valkey):
    """One place, offered to Alice by e-mail."""
    make_session(stations=1, hours=0.5, slot_minutes=30)
    make_wait(patient=make_patient(**ALICE))
    offer_free_times(now=BEFORE)
    deliver_due(now=lambda: BEFORE)
    return Offer.objects.get()


def opened(mailbox) -> Booker:
    """Open the link of the newest message in a browser of its own."""
    booker = Booker()
    booker.get(re.search(r"/tilbud/l/\S+", mailbox[-1].body)[0])
    return booker


def say(booker, said):
    booker.post(f"{booker.path}svar/", {"svar": said})
    return booker


def test_the_message_and_the_page_give_nothing_away(offer, mailbox):
    letter, alice = mailbox[-1], opened(mailbox)
    assert letter.subject == "Ledig time til deg torsdag 26. november kl. 16.00"
    assert not FORBIDDEN.search(letter.subject + letter.body + alice.words)
    assert "Svar innen torsdag 19. november kl. 20.00" in alice.words


def test_following_the_link_changes_nothing(offer, mailbox):
    for _ in range(3):
        opened(mailbox)
    offer.refresh_from_db()
    assert offer.state == "open"
    assert opened(mailbox).client.get(f"/tilbud/{offer.pk}/svar/?svar=ja").status_code == 302
    offer.refresh_from_db()
    assert offer.state == "open"


def test_yes_leads_to_the_appointment(offer, mailbox):
    alice = say(opened(mailbox), "ja")
    assert alice.path == f"/min-time/{Appointment.objects.get(status=Status.BOOKED).pk}/"
    assert "Da er timen din." in alice.words


def test_yes_on_two_devices_is_one_appointment(offer, mailbox):
    phone, laptop = opened(mailbox), opened(mailbox)
    say(phone, "ja")
    say(laptop, "ja")
    assert "Du har sagt ja" in laptop.words
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 1
    say(laptop, "nei")
    assert "Du har sagt ja" in laptop.words


def test_no_keeps_the_place_in_line(offer, mailbox):
    alice = say(opened(mailbox), "nei")
    assert "Du har sagt nei" in alice.words
    assert "Du står fortsatt på ventelisten, med samme plass i køen." in alice.words


def test_off_the_list_ends_both(offer, mailbox):
    alice = say(opened(mailbox), "av")
    assert "Du står ikke på ventelisten" in alice.words
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


@pytest.mark.parametrize("swept", [True, False])
def test_too_late_is_said_calmly_swept_or_not(offer, mailbox, moment, swept):
    alice = opened(mailbox)
    moment.move_to(offer.answer_by)
    if swept:
        lapse_offers(now=offer.answer_by)
    say(alice, "ja")
    assert "Svarfristen er ute" in alice.words
    assert not Appointment.objects.filter(status=Status.BOOKED).exists()


def test_nothing_chosen_is_asked_again(offer, mailbox):
    assert "Velg ja eller nei." in say(opened(mailbox), "kanskje").words


def test_a_stranger_has_no_say(offer):
    assert Booker().client.post(f"/tilbud/{offer.pk}/svar/", {"svar": "ja"}).status_code == 302
    offer.refresh_from_db()
    assert offer.state == "open"


def test_who_has_a_time_is_told_what_a_yes_gives_up(moment, mailbox, valkey):
    clinic = make_clinic()
    later = make_session(clinic=clinic, starts_at=OPENING + timedelta(days=7))
    mine = make_booking(session=later, patient=make_patient(**ALICE))
    make_session(clinic=clinic, stations=1, hours=0.5, slot_minutes=30)
    make_wait(decision=mine.decision)
    offer_free_times(now=BEFORE)
    deliver_due(now=lambda: BEFORE)
    alice = opened(mailbox)
    assert "Sier du ja, gir du fra deg timen torsdag 3. desember kl. 16.00." in alice.words
    say(alice, "ja")
    assert alice.path == f"/min-time/{mine.pk}/"
    assert "torsdag 26. november" in alice.words.lower()


def test_a_dose_left_over_asks_to_come_by_a_time_and_is_taken_back_calmly(moment, mailbox, valkey):
    now = at("17.00")
    moment.move_to(now)
    session, vial = make_session(), make_vial(now=at("16.30"))
    make_dose(vial=vial, patient=make_patient(), now=at("16.40"))
    make_wait(patient=make_patient(**ALICE), wants_time=False, eta_minutes=30)
    invite_standby(session_id=session.pk, vial_id=vial.pk, number=1, by=Actor.system(), now=now)
    deliver_due(now=lambda: now)
    assert mailbox[-1].subject == "Kan du komme torsdag 26. november kl. 17.40?"
    assert not FORBIDDEN.search(mailbox[-1].body)
    alice = opened(mailbox)
    assert "senest kl. 17.40" in alice.words
    nurse = Actor.staff(vial.opened_by_id, clinic_id=vial.clinic_id, role="vaccinator")
    discard(vial_id=vial.pk, clinic_id=vial.clinic_id, reason="broken", by=nurse, now=now)
    say(alice, "ja")
    assert "Vi trenger deg ikke likevel." in alice.words


def test_the_page_costs_a_fixed_number_of_queries(offer, mailbox, django_assert_num_queries):
    alice = opened(mailbox)
    with django_assert_num_queries(4):  # the session, the offer, the list, another time
        alice.client.get(alice.path)
