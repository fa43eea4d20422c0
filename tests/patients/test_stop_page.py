"""The page where a person stops messages: what it says, what it keeps quiet about, who may post."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from patients.models import MessageStop
from patients.selectors import recipients
from patients.services.stops import LINK_LASTS, stop_links
from tests.patients.people import alice

pytestmark = pytest.mark.django_db
TELLING = re.compile(r"Alice|Ågren|41 ?23|mpox|vaksin|vaccin|\bdose|gruppe|group", re.IGNORECASE)
HEADINGS = {
    "nb": ("Vil du stoppe meldinger fra oss?", "Meldingene er stoppet"),
    "nn": ("Vil du stoppe meldingar frå oss?", "Meldingane er stoppa"),
    "en": ("Do you want to stop messages from us?", "The messages are stopped"),
}


def link_of(patient, *, age=timedelta(0)):
    message = uuid4()
    link = stop_links({message: patient.pk}, timezone.now() - age)[message]
    return link.page.rstrip("/").rpartition("/")[2]


def page(token, name="stop"):
    return reverse(f"patients:{name}", args=[token])


def stopped(patient):
    return set(recipients([patient.pk])[patient.pk].stopped)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_speaks_the_language_of_the_messages(client, language):
    patient = alice(language=language)
    token = link_of(patient)
    asked, done = HEADINGS[language]
    assert asked in client.get(page(token)).content.decode()
    answer = client.post(page(token), follow=True)
    assert done in answer.content.decode()
    assert f'lang="{language}"' in answer.content.decode()


def test_a_language_that_was_chosen_here_is_kept(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert HEADINGS["en"][0] in client.get(page(link_of(alice()))).content.decode()


def test_opening_it_changes_nothing_however_often(client):
    patient = alice()
    token = link_of(patient)
    for name in ("stop", "start", "one_click"):
        for _ in range(3):
            client.get(page(token, name), follow=True)
            client.head(page(token, name))
    assert not MessageStop.objects.exists()


def test_one_press_stops_and_one_press_undoes(client):
    patient = alice()
    token = link_of(patient)
    client.post(page(token))
    assert stopped(patient) == {"sms", "email"}
    answer = client.post(page(token, "start"), follow=True)
    assert stopped(patient) == set()
    assert HEADINGS["nb"][0] in answer.content.decode()


def test_who_is_reached_on_two_channels_may_stop_one(client):
    patient = alice(email="alice@example.org", contact_by="both")
    token = link_of(patient)
    assert "Stopp bare på SMS" in client.get(page(token)).content.decode()
    answer = client.post(page(token), {"velg": "sms"}, follow=True).content.decode()
    assert stopped(patient) == {"sms"}
    assert "Du får dem fortsatt på e-post." in answer
    assert "Stopp bare" not in client.get(page(link_of(alice()))).content.decode()


def test_what_nobody_offered_to_stop_stops_everything(client):
    patient = alice()
    client.post(page(link_of(patient)), {"velg": "carrier pigeon"})
    assert stopped(patient) == {"sms", "email"}


def test_it_says_whom_it_is_for_and_tells_nothing_about_them(client):
    patient = alice(email="alice@example.org", contact_by="both")
    token = link_of(patient)
    for _ in range(2):
        words = client.get(page(token)).content.decode()
        main = words[words.index("<title>") : words.index("<footer")]
        assert "Lenken gjelder én person." in main
        assert not TELLING.search(main.replace(token, ""))
        client.post(page(token))


def test_a_stop_leaves_alone_who_shares_the_number(client):
    patient, sister = alice(), alice(given_name="Anna")
    client.post(page(link_of(patient)))
    assert stopped(patient)
    assert not stopped(sister)


def test_a_mail_program_stops_with_one_post_and_no_cookie():
    patient = alice()
    token = link_of(patient)
    program = Client(enforce_csrf_checks=True)
    data = "List-Unsubscribe=One-Click"
    kind = "application/x-www-form-urlencoded"
    for _ in range(2):
        assert program.post(page(token, "one_click"), data, content_type=kind).status_code == 204
    assert stopped(patient) == {"sms", "email"}
    entry = AuditEntry.objects.get(action="messages.stopped")
    assert (entry.actor_kind, entry.reason) == ("patient", "one_click: email, sms")


def test_the_buttons_need_their_page():
    program = Client(enforce_csrf_checks=True)
    patient = alice()
    token = link_of(patient)
    for name in ("stop", "start"):
        assert program.post(page(token, name)).status_code == 403
    assert not stopped(patient)


@pytest.mark.parametrize("name", ["stop", "one_click"])
def test_a_link_that_is_nobodys_or_too_old_stops_nothing(client, name):
    patient = alice()
    old = link_of(patient, age=LINK_LASTS)
    assert client.post(page("a" * 22, name)).status_code == 404
    answer = client.post(page(old, name))
    assert answer.status_code == 410
    assert "Lenken virker ikke" in answer.content.decode()
    assert not MessageStop.objects.exists()


def test_the_page_costs_the_same_whoever_opens_it(client, django_assert_max_num_queries):
    token = link_of(alice())
    client.post(page(token))
    with django_assert_max_num_queries(4):
        client.get(page(token))
