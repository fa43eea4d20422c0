"""Writes the messages of the waiting list to the outbox, in the caller's transaction."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from appointments.domain.waiting import OfferKind
from appointments.models import Offer, WaitingEntry
from notifications.services.outbox import channels_of, queue
from patients.services.links import mint

OFFER_LINK = "offer"
WAITING_LINK = "waiting"
# Who opens it too late is told so, and can leave the list there.
OFFER_LINK_LASTS = timedelta(days=14)
WAITING_LINK_LASTS = timedelta(days=180)


def joined(entry: WaitingEntry, *, now: datetime) -> None:
    """Confirm that somebody is on the list."""
    _tell("waiting_joined", entry.pk, entry, due_at=now, now=now)


def offered(offer: Offer, entry: WaitingEntry, *, due_at: datetime, now: datetime) -> None:
    """Tell of an offer, when the person may be disturbed."""
    kind = "time_offered" if offer.kind == OfferKind.TIME else "standby_offered"
    _tell(kind, offer.pk, entry, due_at=due_at, now=now)


def withdrawn(offer: Offer, entry: WaitingEntry, *, now: datetime) -> None:
    """Tell somebody who said yes that they are not needed after all."""
    _tell("standby_withdrawn", offer.pk, entry, due_at=now, now=now)


def offer_url(offer: Offer, *, now: datetime) -> str:
    """Mint a link to an offer; only its hash is kept."""
    token = mint(
        purpose=OFFER_LINK, subject_id=offer.pk, expires_at=now + OFFER_LINK_LASTS, now=now
    )
    return settings.PUBLIC_URL + reverse("waiting:offer_link", args=[token])


def waiting_url(entry: WaitingEntry, *, now: datetime) -> str:
    """Mint a link to a person's place on the list; only its hash is kept."""
    token = mint(
        purpose=WAITING_LINK, subject_id=entry.pk, expires_at=now + WAITING_LINK_LASTS, now=now
    )
    return settings.PUBLIC_URL + reverse("waiting:link", args=[token])


def _tell(
    kind: str, subject_id: UUID, entry: WaitingEntry, *, due_at: datetime, now: datetime
) -> None:
    queue(
        kind=kind,
        subject_id=subject_id,
        occasion="",
        due_at=due_at,
        channels=channels_of(entry.patient.contact_by),
        now=now,
        clinic_id=entry.clinic_id,
    )
