"""The broker is away: the site books all the same, and the messages go out when it is back."""

import re
from datetime import timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from django.utils import timezone

from appointments.models import Appointment, Slot
from appointments.services.links import appointment_url
from clinics.domain.calendar import oslo_date
from notifications.models import Message
from tests.factories import make_booking, make_patient, make_session, oslo
from tests.faults.troubles import Trouble, address
from tests.faults.world import World
from tests.invariants import assert_integrity

COUNT = 5


class Browser:
    """Asks the real server over HTTP, and keeps cookies."""

    def __init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, url: str, **form: str) -> str:
        """Get a page, or post a form to it; raises unless the answer is a page."""
        data = urlencode(form).encode() if form else None
        with self.opener.open(Request(url, data, {"Referer": url})) as answer:
            return str(answer.read().decode())


def a_booking(session: Any, number: int) -> Appointment:
    patient = make_patient(
        phone=address("sms", Trouble.NONE, number),
        email=address("email", Trouble.NONE, number),
        contact_by="both",
    )
    return make_booking(session=session, patient=patient, now=timezone.now())


def move_by_hand(booking: Appointment, slot: Slot, site: str) -> None:
    """Follow the link of the confirmation, and choose another time, as a person does."""
    browser = Browser()
    link = appointment_url(booking, now=timezone.now())
    browser.ask(f"{site}/l/{link.partition('/l/')[2]}")
    page = f"{site}/min-time/{booking.pk}/endre/"
    [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.ask(page))
    assert "Timen er flyttet." in browser.ask(page, csrfmiddlewaretoken=token, slot=str(slot.pk))


def due() -> Any:
    return Message.objects.filter(due_at__lte=timezone.now())


def is_sent() -> bool:
    return not due().exclude(state="sent").exists()


def test_people_book_and_move_without_the_broker_and_are_told_when_it_is_back(
    world: World, live_server: Any, settings: Any
) -> None:
    """Drafts of answers live in the same server here, and are away too: bookings do not need it."""
    settings.REDIS_URL = world.servers.redis_url
    settings.PUBLIC_URL = live_server.url
    day = oslo_date(timezone.now()) + timedelta(days=20)
    session = make_session(starts_at=oslo(day, "16.00"))
    world.start_worker()
    world.start_beat()
    mover = a_booking(session, 0)
    world.wait_until(lambda: len(world.arrived()) == 2 and is_sent())

    world.servers.kill_valkey()
    bookings = [a_booking(session, number) for number in range(1, COUNT)]
    free = Slot.objects.filter(session=session).order_by("-starts_at")[0]
    move_by_hand(mover, free, live_server.url)
    assert Appointment.objects.get(pk=mover.pk).slot_id == free.pk
    assert due().exclude(state="sent").count() == 2 * len(bookings) + 2
    world.servers.start_valkey()
    world.wait_until(is_sent)

    expected = {
        address(channel, Trouble.NONE, n): 1 for channel in ("sms", "email") for n in range(COUNT)
    }
    expected |= {address(channel, Trouble.NONE, 0): 2 for channel in ("sms", "email")}
    assert world.arrived() == expected
    assert set(world.calls().values()) == {1}
    assert_integrity()
