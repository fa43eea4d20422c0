"""The address where a person's own calendar program fetches what is booked for them.

It is a secret that lives long and opens nothing but times and places: those who have it see what a
calendar entry says. Only its hash is kept, there is one a person, and the person ends it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from appointments.models import Appointment
from appointments.selectors.mine import coming_of_person
from appointments.services.calendar_file import calendar_of
from audit.domain import Actor
from audit.services import record
from patients.models import Patient
from patients.selectors import person_of, same_person
from patients.services.links import (
    LinkExpiredError,
    LinkUnknownError,
    has_link,
    mint,
    resolve,
    revoke,
)

FEED_LINK = "calendar feed"
# Two doses are four weeks apart; years later the number may be somebody else's.
FEED_LASTS = timedelta(days=365)
# How often a program should look, at least.
LOOK_EVERY = timedelta(hours=4)
# What is going on is still shown.
SHOWN_AFTER = timedelta(days=1)


def subscribe(*, appointment: Appointment, by: Actor, now: datetime) -> str:
    """Make the token of a person's feed, which is kept nowhere; one they had ends.

    Answers for the person of a booking, on whichever of their rows it stands.
    """
    with transaction.atomic():
        person_id = _locked(appointment)
        revoke(purpose=FEED_LINK, subject_ids=same_person(person_id))
        token = mint(purpose=FEED_LINK, subject_id=person_id, expires_at=now + FEED_LASTS, now=now)
        record(action="calendar.subscribed", by=by, now=now, patient_id=person_id)
    return token


def feed_url(appointment: Appointment, token: str, *, now: datetime) -> str:
    """Return the address of a token that is the feed of a booking's person; "" for another."""
    try:
        subject_id = resolve(purpose=FEED_LINK, token=token, now=now)
    except (LinkUnknownError, LinkExpiredError):
        return ""
    if person_of(subject_id).pk != _person_of(appointment):
        return ""
    return settings.PUBLIC_URL + reverse("appointments:calendar_feed", args=[token])


def unsubscribe(*, appointment: Appointment, by: Actor, now: datetime) -> bool:
    """End a person's feed; False when they have none."""
    with transaction.atomic():
        person_id = _locked(appointment)
        ended = revoke(purpose=FEED_LINK, subject_ids=same_person(person_id)) > 0
        if ended:
            record(action="calendar.unsubscribed", by=by, now=now, patient_id=person_id)
    return ended


def is_subscribed(appointment: Appointment, *, now: datetime) -> bool:
    """Tell whether the person of a booking has a feed."""
    person_id = _person_of(appointment)
    return has_link(purpose=FEED_LINK, subject_ids=same_person(person_id), now=now)


def calendar_feed(token: str, *, now: datetime) -> bytes:
    """Return what is booked for a person from now on as a calendar, in their language.

    The same bookings give the same bytes. Raises LinkUnknownError, LinkExpiredError.
    """
    person = person_of(resolve(purpose=FEED_LINK, token=token, now=now))
    coming = coming_of_person(person.pk, since=now - SHOWN_AFTER)
    with translation.override(person.language):
        calendar = calendar_of(coming)
        calendar.add("name", _("Timer"))
        calendar.add("x-wr-calname", _("Timer"))
    calendar.add("refresh-interval", LOOK_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", LOOK_EVERY)
    content: bytes = calendar.to_ical()
    return content


def _person_of(appointment: Appointment) -> UUID | None:
    return appointment.patient.kept.pk if appointment.patient else None


def _locked(appointment: Appointment) -> UUID:
    """Let one at a time make or end a person's feed; return which person it is."""
    person_id = _person_of(appointment)
    assert person_id is not None, "only a booking has somebody"
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=person_id)
    return person_id
