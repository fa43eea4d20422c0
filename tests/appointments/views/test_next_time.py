"""The page that a reminder of the next time leads to."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment, NextAnswer
from appointments.services.next_due import next_urls, remind_of_next
from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from notifications.services.delivery import deliver_due
from patients.services.stops import stop_messages
from tests.access.logins import log_in
from tests.factories import (
    OPENING,
    actor_of,
    at,
    make_booking,
    make_clinic,
    make_decision,
    make_dose,
    make_patient,
    make_session,
    make_staff,
    slot_at,
)
from tests.factories.reactions import make_reaction
from vaccinations.domain.reactions import Outcome

pytestmark = pytest.mark.django_db
DAY_28 = at("12.00") + timedelta(days=28)
NEVER = re.compile(r"mpox|vaksin|vaccin|\bdose\b|gruppe \d|group \d", re.IGNORECASE)


@pytest.fixture
def alice():
    one = make_patient(given_name="Alice", language="en")
    make_decision(patient=one)
    make_dose(patient=one)
    return one


@pytest.fixture
def session(db):
    return make_session(starts_at=OPENING + timedelta(days=35), now=OPENING)


@pytest.fixture
def day_28():
    with time_machine.travel(DAY_28, tick=False) as traveller:
        yield traveller


@pytest.fixture
def opened(alice, day_28, client):
    """Alice follows the link in the message."""
    url = next_urls({1: alice.pk}, now=DAY_28)[1]
    response = client.get(url[url.index("/neste-time") :])
    assert response.headers["Location"] == f"/neste-time/{alice.pk}/"
    return client


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_she_books_the_next_time_at_the_clinic_that_gave_the_first(opened, alice, session):
    assert "You can book your next appointment" in words(opened.get(f"/neste-time/{alice.pk}/"))
    times = f"/neste-time/{alice.pk}/tid/"
    assert "17:40" in words(opened.get(times))

    done = opened.post(times, {"slot": str(slot_at(session, "17.40").pk)}, follow=True)

    booked = Appointment.objects.get(patient=alice)
    assert (booked.dose_number, booked.status) == (2, "booked")
    assert done.redirect_chain[-1][0] == f"/min-time/{booked.pk}/"
    assert "You have your next appointment" in words(opened.get(f"/neste-time/{alice.pk}/"))
    assert opened.get(times).status_code == 302


def test_she_says_that_it_is_not_needed_and_takes_it_back(opened, alice):
    page = f"/neste-time/{alice.pk}/"
    again = opened.post(f"{page}trenger-ikke/", {})
    assert again.status_code == 200
    opened.post(f"{page}trenger-ikke/", {"said": "elsewhere"})
    opened.post(f"{page}trenger-ikke/", {"said": "mpox"})  # pressed again, from an old page
    assert [one.said for one in NextAnswer.objects.all()] == ["elsewhere"]
    assert "Thank you, we have your answer" in words(opened.get(page))

    opened.post(f"{page}angre/")
    assert "You can book" in words(opened.get(page))
    actions = AuditEntry.objects.filter(action__startswith="next_answer")
    assert list(actions.order_by("at", "pk").values_list("action", flat=True)) == [
        "next_answer.given",
        "next_answer.taken_back",
    ]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_pages_name_neither_disease_nor_vaccine(opened, alice, session, settings, language):
    opened.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for path in ("", "tid/", "trenger-ikke/"):
        found = opened.get(f"/neste-time/{alice.pk}/{path}")
        assert found.status_code == 200
        assert NEVER.findall(words(found)) == []


def test_who_has_stopped_messages_may_book_unless_there_is_something_to_talk_about(opened, alice):
    page = f"/neste-time/{alice.pk}/"
    me = Actor.patient(alice.pk)
    stop_messages(patient_id=alice.pk, by=me, now=DAY_28, reason="link")
    assert "You can book" in words(opened.get(page))

    dose = alice.doses.get()
    by = actor_of(make_staff())
    make_reaction(dose, by=by, now=DAY_28, outcome=Outcome.NOT_RECOVERED)

    assert "You can book" not in words(opened.get(page))
    assert opened.get(f"{page}tid/").status_code == 302


def test_opening_the_link_any_number_of_times_changes_nothing(alice, day_28, client):
    url = next_urls({1: alice.pk}, now=DAY_28)[1]
    for _ in range(3):
        client.get(url[url.index("/neste-time") :], follow=True)
    assert not Appointment.objects.exists()
    assert not NextAnswer.objects.exists()


def test_a_link_to_an_appointment_opens_nothing_here(alice, session, day_28, client):
    other = make_booking(session=session, clock="17.00")
    assert client.get(f"/neste-time/{alice.pk}/").status_code == 302
    assert client.get(f"/neste-time/{other.patient_id}/").status_code == 302


def test_who_never_had_a_first_dose_is_led_to_what_there_is(client, day_28):
    bob = make_patient()
    session = client.session
    session["contact_hash"] = bob.phone_hash
    session.save()
    assert client.get(f"/neste-time/{bob.pk}/").headers["Location"] == "/min-time/alle/"


def test_the_message_says_no_more_than_it_must_and_its_link_opens_the_page(
    alice, day_28, client, settings, tmp_path
):
    settings.SMS_GATEWAY = "tests.notifications.carriers.CountingSmsGateway"
    from tests.notifications.carriers import CountingSmsGateway

    CountingSmsGateway.calls.clear()
    remind_of_next(now=DAY_28)
    deliver_due(now=lambda: DAY_28)
    [sent] = CountingSmsGateway.calls
    text = sent["text"]
    assert text.startswith("Remember to book your next appointment at Nydalen legesenter.")
    path = re.search(r"/neste-time/l/[^/\s]+/", text)
    assert path
    assert client.get(path[0]).headers["Location"] == f"/neste-time/{alice.pk}/"


def test_staff_see_who_was_reminded_and_settle_what_was_said(opened, alice, day_28):
    remind_of_next(now=DAY_28)
    opened.post(f"/neste-time/{alice.pk}/trenger-ikke/", {"said": "mpox"})
    nurse = log_in(Client(), make_staff(Role.VACCINATOR))
    the_list = reverse("desk:dose_two_to_place", args=["nydalen"])
    assert "Pause: har svart at dose 2 ikke trengs Se på svaret" in words(nurse.get(the_list))
    answer = NextAnswer.objects.get()
    page = reverse("desk:next_answer", args=["nydalen", answer.pk])
    assert "har hatt sykdommen, påvist med prøve" in words(nurse.get(page))

    assert "Personen minnes ikke" in words(nurse.post(page, {"velg": "ja"}, follow=True))

    assert "Alle har plass" in words(nurse.get(the_list))
    record = words(nurse.get(reverse("desk:person", args=["nydalen", alice.pk])))
    assert "Slutt: har svart at dose 2 ikke trengs, og det stemmer" in record
    assert "Påminnelse, dag 28" in record
    nurse.post(page, {"velg": "nei"})
    assert "Neste påminnelse" in words(nurse.get(the_list))


def test_another_clinic_s_staff_do_not_see_the_answer(opened, alice):
    opened.post(f"/neste-time/{alice.pk}/trenger-ikke/", {"said": "mpox"})
    elsewhere = make_clinic(slug="andre", name="Et annet sted")
    other = log_in(Client(), make_staff(Role.VACCINATOR, clinic=elsewhere))
    answer = NextAnswer.objects.get()
    for slug in ("nydalen", "andre"):
        assert other.get(reverse("desk:next_answer", args=[slug, answer.pk])).status_code == 404
