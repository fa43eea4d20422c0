"""The calendar feed: offered, fetched by a program, renewed and ended."""

from datetime import timedelta

import pytest
import time_machine
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from icalendar import Calendar

from appointments.services.booking import cancel, rebook
from appointments.services.calendar_feed import FEED_LASTS, calendar_feed, subscribe
from appointments.services.links import appointment_url
from audit.domain import Actor
from audit.models import AuditEntry
from patients.models import LinkToken, Patient
from patients.services.links import LinkUnknownError
from tests.factories import (
    BEFORE,
    OPENING,
    make_booking,
    make_patient,
    make_session,
    slot_at,
)

pytestmark = pytest.mark.django_db
BY = Actor.system()


@pytest.fixture(autouse=True)
def _before():
    with time_machine.travel(BEFORE, tick=False):
        yield


@pytest.fixture
def alice():
    return make_patient(given_name="Alice", email="alice@example.org", contact_by="email")


@pytest.fixture
def booked(alice):
    return make_booking(session=make_session(), patient=alice, clock="17.40")


@pytest.fixture
def opened(client, booked):
    """Let a browser see the appointment, as the link in its message does."""
    session = client.session
    session["opened_appointments"] = [str(booked.pk)]
    session.save()
    return client


def page_of(booked):
    return f"/min-time/{booked.pk}/abonnement/"


def path_of(url):
    return "/" + url.split("/", 3)[3]


def url_of(booked):
    return f"/kalender/{subscribe(appointment=booked, by=BY, now=BEFORE)}.ics"


def fetch(url, **headers):
    return Client().get(url, headers=headers)


def events_in(response):
    assert response.status_code == 200
    read = Calendar.from_ical(response.content).events
    again = getattr(vobject.readOne(response.content.decode()), "vevent_list", [])
    assert [one["UID"] for one in read] == [one.uid.value for one in again]
    assert [one.start for one in read] == [one.dtstart.value for one in again]
    return read


class TestTheFeed:
    def test_it_has_what_is_booked_for_the_person_and_nobody_elses(self, alice, booked):
        later = make_session(starts_at=OPENING + timedelta(weeks=5))
        second = make_booking(session=later, patient=alice, dose_number=2)
        make_booking(session=later, patient=make_patient())
        response = fetch(url_of(booked))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert [one["UID"].split("@")[0] for one in events_in(response)] == [
            str(booked.pk),
            str(second.pk),
        ]

    def test_a_calendar_of_nobody_says_what_it_is_for_in_any_language(self, alice, booked):
        for language, words in (("nb", "Timen din"), ("nn", "Timen din"), ("en", "Your")):
            alice.language = language
            alice.save(update_fields=["language"])
            with translation.override("nb" if language == "en" else "en"):
                response = fetch(url_of(booked))
            [event] = events_in(response)
            assert event["SUMMARY"].startswith(words)
            text = response.content.decode().lower()
            for word in ("pox", "vaksin", "vaccin", "dose", "gruppe", "group", "alice"):
                assert word not in text

    def test_with_a_protected_address_it_does_not_say_where(self, alice, booked):
        alice.protected_address = True
        alice.save(update_fields=["protected_address"])
        [event] = events_in(fetch(url_of(booked)))
        assert "LOCATION" not in event

    def test_what_is_moved_moves_and_what_is_cancelled_is_gone(self, booked):
        url = url_of(booked)
        [first] = events_in(fetch(url))
        slot = slot_at(booked.slot.session, "18.00")
        rebook(appointment_id=booked.pk, slot_id=slot.pk, by=BY, now=BEFORE)
        [second] = events_in(fetch(url))
        assert (second["UID"], second.start) == (first["UID"], slot.starts_at)
        assert second["SEQUENCE"] > first["SEQUENCE"]
        cancel(appointment_id=booked.pk, by=BY, now=BEFORE)
        assert events_in(fetch(url)) == []

    def test_the_rows_of_one_person_are_one_calendar(self, opened, alice, booked):
        kept, url = make_patient(), url_of(booked)
        make_booking(session=booked.slot.session, patient=kept, dose_number=2, clock="18.30")
        Patient.objects.filter(pk=alice.pk).update(merged_into=kept)
        assert len(events_in(fetch(url))) == 2
        assert "Du har et abonnement." in opened.get(page_of(booked)).content.decode()
        opened.post(f"{page_of(booked)}slutt/")
        assert fetch(url).status_code == 404

    def test_it_costs_the_same_however_much_is_booked(self, alice, booked):
        url = url_of(booked)
        with CaptureQueriesContext(connection) as few:
            fetch(url)
        later = make_session(starts_at=OPENING + timedelta(weeks=5))
        make_booking(session=later, patient=alice, dose_number=2)
        with CaptureQueriesContext(connection) as many:
            fetch(url)
        assert len(many) == len(few) == 3

    def test_to_fetch_it_changes_nothing_and_needs_no_cookie(self, booked):
        url = url_of(booked)
        with CaptureQueriesContext(connection) as asked:
            response = fetch(url)
        assert not response.cookies
        assert all(one["sql"].startswith("SELECT") for one in asked)

    def test_unchanged_it_is_not_sent_again(self, booked):
        url = url_of(booked)
        first = fetch(url)
        assert first["Cache-Control"] == "private, no-cache"
        assert first["X-Robots-Tag"] == "noindex"
        with time_machine.travel(BEFORE + timedelta(hours=5), tick=False):
            second = fetch(url, If_None_Match=first["ETag"])
        assert (second.status_code, second.content) == (304, b"")
        cancel(appointment_id=booked.pk, by=BY, now=BEFORE)
        assert fetch(url, If_None_Match=first["ETag"]).status_code == 200


class TestItsAddress:
    def test_only_its_hash_is_kept(self, booked):
        token = url_of(booked).rsplit("/", 1)[1].removesuffix(".ics")
        assert len(token) == 22
        assert token not in str(list(LinkToken.objects.values()))

    def test_a_new_one_ends_the_old_one(self, booked):
        old, new = url_of(booked), url_of(booked)
        assert fetch(old).status_code == 404
        assert fetch(new).status_code == 200

    def test_it_lasts_a_year(self, booked):
        url = url_of(booked)
        with time_machine.travel(BEFORE + FEED_LASTS - timedelta(seconds=1), tick=False):
            assert fetch(url).status_code == 200
        with time_machine.travel(BEFORE + FEED_LASTS, tick=False):
            assert fetch(url).status_code == 410

    @pytest.mark.parametrize("token", ["x", "x" * 22, "%00", "x" * 3000])
    def test_one_that_was_never_made_leads_nowhere(self, booked, token):
        assert fetch(f"/kalender/{token}.ics").status_code == 404

    def test_a_link_of_another_purpose_opens_no_calendar(self, booked):
        token = appointment_url(booked, now=BEFORE).rstrip("/").rsplit("/", 1)[1]
        with pytest.raises(LinkUnknownError):
            calendar_feed(token, now=BEFORE)

    def test_it_cannot_be_posted_to(self, booked):
        assert Client().post(url_of(booked)).status_code == 405


class TestThePage:
    def test_it_is_offered_beside_the_appointment(self, opened, booked):
        assert f'href="{page_of(booked)}"' in opened.get(f"/min-time/{booked.pk}/").content.decode()

    def test_to_look_makes_no_address(self, opened, booked):
        page = opened.get(page_of(booked)).content.decode()
        assert "Lag adresse" in page
        assert not LinkToken.objects.exists()

    def test_the_address_is_shown_to_the_browser_that_made_it(self, opened, booked):
        page = opened.post(page_of(booked), follow=True)
        url = page.context["url"]
        assert page.content.decode().count(url.split("//")[1]) == 2
        assert "webcal://" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        assert len(events_in(fetch(path_of(url)))) == 1
        cookie = opened.cookies["feed"]
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", 300)
        assert cookie["path"] == page_of(booked)
        del opened.cookies["feed"]
        again = opened.get(page_of(booked)).content.decode()
        assert "Du har et abonnement." in again
        assert url not in again

    @pytest.mark.parametrize("token", ["x", "x" * 3000])
    def test_an_address_that_is_none_is_not_shown(self, opened, booked, token):
        opened.cookies["feed"] = token
        assert "Lag adresse" in opened.get(page_of(booked)).content.decode()

    def test_the_address_of_another_is_not_shown(self, opened, booked):
        other = make_booking(session=booked.slot.session, patient=make_patient())
        opened.cookies["feed"] = subscribe(appointment=other, by=BY, now=BEFORE)
        assert "Lag adresse" in opened.get(page_of(booked)).content.decode()

    def test_it_can_be_ended(self, opened, booked):
        url = opened.post(page_of(booked), follow=True).context["url"]
        page = opened.post(f"{page_of(booked)}slutt/", follow=True).content.decode()
        assert "Adressen virker ikke lenger." in page
        assert "Lag adresse" in page
        assert fetch(path_of(url)).status_code == 404

    def test_to_end_none_says_nothing(self, opened, booked):
        page = opened.post(f"{page_of(booked)}slutt/", follow=True).content.decode()
        assert "virker ikke lenger" not in page

    def test_making_and_ending_are_on_the_list_of_who_did_what(self, opened, booked, alice):
        opened.post(page_of(booked))
        opened.post(f"{page_of(booked)}slutt/")
        opened.post(f"{page_of(booked)}slutt/")
        found = AuditEntry.objects.filter(action__startswith="calendar.").order_by("pk")
        assert [(one.action, one.patient_id) for one in found] == [
            ("calendar.subscribed", alice.pk),
            ("calendar.unsubscribed", alice.pk),
        ]

    def test_to_open_the_address_of_the_end_ends_nothing(self, opened, booked):
        url = url_of(booked)
        page = opened.get(f"{page_of(booked)}slutt/", follow=True).content.decode()
        assert "Du har et abonnement." in page
        assert fetch(url).status_code == 200

    def test_nobody_else_makes_or_ends_one(self, booked):
        stranger = Client()
        for address in (page_of(booked), f"{page_of(booked)}slutt/"):
            assert stranger.post(address)["Location"].startswith("/min-time/")
        assert not LinkToken.objects.exists()
