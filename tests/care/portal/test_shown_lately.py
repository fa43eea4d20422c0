"""What cannot be taken back is for who has just shown who they are, not for who finds the phone."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
import redis
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from patients.models import Patient
from tests import factories
from tests.factories import BEFORE

pytestmark = pytest.mark.django_db
PIN = "8302"
# Each page, and what is sent from it.
LATELY = {
    "portal:new_phone": {"address": "+4741234567"},
    "portal:new_email": {"address": "ny@example.org"},
    "portal:download": None,
    "portal:download_json": {},
    "portal:download_pdf": {},
    "portal:delete": {"sure": "on"},
}
ANY_TIME = ["portal:home", "portal:record", "portal:log", "portal:contact", "portal:stop"]


@pytest.fixture
def clock(valkey: redis.Redis, settings: object) -> Iterator[time_machine.Traveller]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(client: Client, clock: time_machine.Traveller) -> Patient:
    """Alice, who has opened her pages with the PIN of her browser at ``BEFORE``."""
    patient = factories.make_patient()
    nurse = factories.make_staff()
    came = factories.make_activated_browser(patient=patient, by=nurse, pin=PIN)
    client.cookies["egen"] = came.secret
    client.post(reverse("portal:pin"), {"pin": PIN})
    return patient


def after(clock: time_machine.Traveller, client: Client, minutes: int) -> None:
    """Let time pass while the pages are in use."""
    for minute in range(9, minutes, 9):
        clock.move_to(BEFORE + timedelta(minutes=minute))
        assert client.get(reverse("portal:home")).status_code == 200
    clock.move_to(BEFORE + timedelta(minutes=minutes))


def asked_again(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith(reverse("portal:entry"))


@pytest.mark.parametrize("page", LATELY)
def test_nine_minutes_are_lately_and_ten_are_not(client, alice, clock, page):
    after(clock, client, 9)
    assert not asked_again(client.get(reverse(page)))
    after(clock, client, 10)
    door = client.get(reverse(page))
    assert asked_again(door)
    assert unquote(door["Location"]).endswith(f"?next={reverse(page)}")

    again = client.get(reverse("portal:entry"), {"next": reverse(page)})
    assert "Vis hvem du er en gang til" in again.content.decode()
    here = client.post(f"{reverse('portal:pin')}?next={reverse(page)}", {"pin": PIN})
    assert here["Location"] == reverse(page)
    assert not asked_again(client.get(reverse(page)))


@pytest.mark.parametrize("page", [page for page, sent in LATELY.items() if sent is not None])
def test_what_is_filled_in_slowly_is_taken_and_after_twenty_minutes_is_not(
    client, alice, clock, page
):
    after(clock, client, 20)
    assert asked_again(client.post(reverse(page), LATELY[page]))
    assert mail.outbox == []
    assert Patient.objects.get(pk=alice.pk).contact_by == alice.contact_by

    client.post(reverse("portal:pin"), {"pin": PIN})
    clock.shift(timedelta(minutes=19))
    assert not asked_again(client.post(reverse(page), LATELY[page]))


@pytest.mark.parametrize("page", ANY_TIME)
def test_reading_asks_once(client, alice, clock, page):
    after(clock, client, 25)
    assert client.get(reverse(page)).status_code == 200


def test_who_has_shown_nothing_is_asked_in_the_usual_words(client, clock):
    door = client.get(reverse("portal:entry")).content.decode()
    assert "en gang til" not in door
    assert "Vis hvem du er" in door
