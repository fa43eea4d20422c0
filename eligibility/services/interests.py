"""Who wants to be told when a clinic has times for their group: kept, told, dropped."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from audit.domain import Actor
from audit.services import record
from eligibility.models import GroupInterest
from encryption.keys import hash_keys, keyed_hash
from notifications.services.outbox import queue
from patients.domain.contact import Contact
from patients.selectors import contact_proof
from patients.services.links import Key, mint_urls

INTEREST_LINK = "interest"
# The consent is for so long.
KEPT_FOR = timedelta(days=183)
# Whoever was told has so long to open the message's link; then nothing is kept.
KEPT_AFTER_TOLD = timedelta(days=30)
# A button pressed twice: who asks again later asks anew.
PRESSED_TWICE = timedelta(seconds=5)
_DROPPED = {"priority_group": None, "contact": None, "language": None, "contact_hash": ""}
End = GroupInterest.End


def interest_hashes(proved: str) -> list[str]:
    """Return the hashes by which an interest is found again, given the contact that was proved."""
    return [keyed_hash("interest", each, key=key) for each in proved.split() for key in hash_keys()]


def note_interest(
    *, clinic_id: int, group: int, contact: Contact, language: str, now: datetime
) -> GroupInterest:
    """Keep that somebody consents to be told, with the contact that they have proved.

    Asked again, it is the same one for six months more, with the newest group, and unsaid what was
    told. The outbox confirms it, with a link that leads off the list.
    """
    hashes = interest_hashes(contact_proof(contact))
    kept = {
        "priority_group": str(group),
        "contact": {"channel": contact.channel, "address": contact.address},
        "language": language,
        "consented_at": now,
        "told_at": None,
    }
    with transaction.atomic():
        interest = _waiting(clinic_id, hashes)
        if interest is not None and _just_asked(interest, group, now):
            return interest
        if interest is None:
            try:
                with transaction.atomic():
                    interest = GroupInterest.objects.create(clinic_id=clinic_id, **kept)
            except IntegrityError:  # the button was pressed twice
                interest = _waiting(clinic_id, hashes)
                if interest is None:
                    raise
        else:
            for name, value in kept.items():
                setattr(interest, name, value)
            interest.save(update_fields=list(kept))
        _queue("interest_noted", interest, now=now)
        record(action="interest.noted", by=Actor.patient(), now=now, object_id=interest.pk)
    return interest


def leave(*, interest_id: UUID, now: datetime) -> bool:
    """Take somebody off the list and drop what is kept; False when they are off it already."""
    with transaction.atomic():
        if not _end(interest_id, End.LEFT, now=now):
            return False
        record(action="interest.left", by=Actor.patient(), now=now, object_id=interest_id)
    return True


def waiting_by(contacts: Iterable[Contact]) -> "QuerySet[GroupInterest]":
    """Return the wishes that wait and were made with one of these contacts, at any clinic."""
    hashes = [each for one in contacts for each in interest_hashes(contact_proof(one))]
    return GroupInterest.objects.filter(contact_hash__in=hashes, ended_at=None)


def waiting_to_be_told(clinic_id: int) -> list[GroupInterest]:
    """List who waits at a clinic, the longest waiting first; groups open in Python only."""
    return list(
        GroupInterest.objects.filter(clinic_id=clinic_id, ended_at=None, told_at=None).order_by(
            "consented_at", "pk"
        )
    )


def tell(interests: Iterable[GroupInterest], *, now: datetime) -> int:
    """Queue the message that there are times, once for each; return for how many.

    Whoever has left or was told meanwhile is passed over.
    """
    told = 0
    with transaction.atomic():
        for interest in interests:
            waiting = GroupInterest.objects.filter(pk=interest.pk, ended_at=None, told_at=None)
            if waiting.update(told_at=now) != 1:
                continue
            _queue("group_open", interest, now=now)
            told += 1
    return told


def drop_old(*, now: datetime) -> int:
    """Drop what is kept of those whose six months are over, or who were told 30 days ago.

    Returns how many. Safe to run twice at once.
    """
    waiting = GroupInterest.objects.filter(ended_at=None)
    expired = waiting.filter(consented_at__lte=now - KEPT_FOR)
    dropped = expired.update(ended_at=now, end=End.EXPIRED, **_DROPPED)
    told = waiting.filter(told_at__lte=now - KEPT_AFTER_TOLD)
    return dropped + told.update(ended_at=now, end=End.TOLD, **_DROPPED)


def interest_urls(interests: Mapping[Key, GroupInterest], *, now: datetime) -> dict[Key, str]:
    """Mint the links to where one can book, or leave the list, all in one statement."""
    ends_at = now + KEPT_FOR
    wanted = {key: (one.pk, ends_at) for key, one in interests.items()}
    return mint_urls(
        purpose=INTEREST_LINK, view="appointments:interest_link", wanted=wanted, now=now
    )


def _waiting(clinic_id: int, hashes: list[str]) -> GroupInterest | None:
    return GroupInterest.objects.filter(
        clinic_id=clinic_id, contact_hash__in=hashes, ended_at=None
    ).first()


def _just_asked(interest: GroupInterest, group: int, now: datetime) -> bool:
    same = interest.told_at is None and interest.priority_group == str(group)
    return same and now - interest.consented_at < PRESSED_TWICE


def _end(interest_id: UUID, end: GroupInterest.End, *, now: datetime) -> bool:
    waiting = GroupInterest.objects.filter(pk=interest_id, ended_at=None)
    return waiting.update(ended_at=now, end=end, **_DROPPED) == 1


def _queue(kind: str, interest: GroupInterest, *, now: datetime) -> None:
    assert interest.contact is not None
    queue(
        kind=kind,
        subject_id=interest.pk,
        # A new consent is a new occasion to be told.
        occasion=f"{interest.consented_at:%Y%m%dT%H%M%S}",
        due_at=now,
        channels=[interest.contact["channel"]],
        now=now,
        clinic_id=interest.clinic_id,
    )
