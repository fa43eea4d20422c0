"""Stops what a person does not want to be sent, and starts it again.

What is needed for a booked time goes on.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from audit.domain import Actor
from audit.services import record
from notifications.domain.kinds import StopLink
from patients.locks import lock_person
from patients.models import MessageStop, Patient
from patients.selectors import kept_row
from patients.services.links import LinkUnknownError, mint_all, resolve

STOP_LINK = "stop"
# Who finds an old message can stop those to come; it opens nothing else.
LINK_LASTS = timedelta(days=365)
CHANNELS = ("email", "sms")


def stop_links(people: Mapping[UUID, UUID], now: datetime) -> dict[UUID, StopLink]:
    """Mint a stop link for each message, given its person; only hashes are kept; one statement."""
    ends = now + LINK_LASTS
    wanted = {message_id: (person_id, ends) for message_id, person_id in people.items()}
    return {
        message_id: StopLink(
            page=settings.PUBLIC_URL + reverse("patients:stop", args=[token]),
            one_click=settings.PUBLIC_URL + reverse("patients:one_click", args=[token]),
        )
        for message_id, token in mint_all(purpose=STOP_LINK, wanted=wanted, now=now).items()
    }


def person_of(token: str, *, now: datetime) -> UUID:
    """Return the person whose messages a link stops. Raises LinkUnknownError, LinkExpiredError."""
    patient_id = resolve(purpose=STOP_LINK, token=token, now=now)
    person = kept_row(patient_id).first()
    if person is None:
        raise LinkUnknownError
    return person


@transaction.atomic
def stop_messages(
    *, patient_id: UUID, channels: Iterable[str] = CHANNELS, by: Actor, now: datetime, reason: str
) -> bool:
    """Stop messages to a person on some channels; tell whether any was not stopped before.

    Of two who press at once, one does it. ``reason`` says for the access log how it was asked for,
    by a code. Raises Patient.DoesNotExist.
    """
    rows = lock_person(patient_id)
    person = kept_row(patient_id).get()
    stops = MessageStop.objects.filter(patient__in=rows, ended_at=None)
    new = sorted(set(channels) - set(stops.values_list("channel", flat=True)))
    if not new:
        return False
    MessageStop.objects.bulk_create(
        MessageStop(patient_id=person, channel=channel, stopped_at=now) for channel in new
    )
    record(
        action="messages.stopped",
        by=by,
        now=now,
        patient_id=person,
        reason=f"{reason}: {', '.join(new)}",
    )
    return True


@transaction.atomic
def start_messages(*, patient_id: UUID, by: Actor, now: datetime, reason: str) -> bool:
    """Send a person all kinds of messages again; tell whether any was stopped.

    Whichever of their rows a stop was made for. Raises Patient.DoesNotExist.
    """
    rows = lock_person(patient_id)
    person = kept_row(patient_id).get()
    stops = MessageStop.objects.filter(patient__in=rows, ended_at=None)
    if not stops.update(ended_at=now):
        return False
    record(action="messages.started", by=by, now=now, patient_id=person, reason=reason)
    return True


@transaction.atomic
def set_any_hour(*, patient_id: UUID, any_hour: bool, by: Actor, now: datetime) -> bool:
    """Keep whether a dose that would go to waste may be offered at night; tell if that is new."""
    changed = (
        Patient.objects.filter(pk__in=kept_row(patient_id))
        .exclude(any_hour=any_hour)
        .update(any_hour=any_hour)
    )
    if changed:
        record(
            action="patient.any_hour_changed",
            by=by,
            now=now,
            patient_id=kept_row(patient_id).get(),
            reason="any_hour" if any_hour else "by_day",
        )
    return bool(changed)
