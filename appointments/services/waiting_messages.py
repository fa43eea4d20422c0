"""Writes the messages of the waiting list to the outbox, in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from appointments.domain.waiting import OfferKind
from appointments.models import Offer, WaitingEntry
from notifications.services.outbox import channels_of, queue
from patients.services.links import Key, mint_urls

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


def offer_urls(offers: Mapping[Key, Offer], *, now: datetime) -> dict[Key, str]:
    """Mint a link to each offer, all in one statement; only their hashes are kept."""
    ends_at = now + OFFER_LINK_LASTS
    wanted = {key: (one.pk, ends_at) for key, one in offers.items()}
    return mint_urls(purpose=OFFER_LINK, view="waiting:offer_link", wanted=wanted, now=now)


def waiting_urls(entries: Mapping[Key, WaitingEntry], *, now: datetime) -> dict[Key, str]:
    """Mint a link to each place on the list, all in one statement; only their hashes are kept."""
    ends_at = now + WAITING_LINK_LASTS
    wanted = {key: (one.pk, ends_at) for key, one in entries.items()}
    return mint_urls(purpose=WAITING_LINK, view="waiting:link", wanted=wanted, now=now)


def _tell(
    kind: str, subject_id: UUID, entry: WaitingEntry, *, due_at: datetime, now: datetime
) -> None:
    queue(
        kind=kind,
        subject_id=subject_id,
        occasion="",
        due_at=due_at,
        channels=channels_of(entry.patient.kept.contact_by),
        now=now,
        clinic_id=entry.clinic_id,
    )
