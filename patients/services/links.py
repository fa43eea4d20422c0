"""Links in messages: a random token, one purpose, one subject, an end."""

import secrets
from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from clinics.domain.discreet import forbidden_words
from encryption.keys import digest
from notifications.services.foresight import PLACEHOLDER, only_looked_at
from patients.models import LinkToken

# So that somebody who opens an old message is told that the link is too old.
KEPT_AFTER_END = timedelta(days=30)
Key = TypeVar("Key", bound=Hashable)


class LinkUnknownError(Exception):
    """No such link was made for this purpose, or it is long forgotten."""


class LinkExpiredError(Exception):
    """The link was good once; its time is over."""


def mint(*, purpose: str, subject_id: UUID, expires_at: datetime, now: datetime) -> str:
    """Make a link's token: 128 random bits as 22 characters, of which only the hash is kept."""
    return mint_all(purpose=purpose, wanted={subject_id: (subject_id, expires_at)}, now=now)[
        subject_id
    ]


def mint_all(
    *, purpose: str, wanted: Mapping[Key, tuple[UUID, datetime]], now: datetime
) -> dict[Key, str]:
    """Make a token for each subject and end that is wanted, as ``mint`` does, in one statement.

    For words that are only looked at it is a placeholder, and nothing is kept.
    """
    if only_looked_at():
        return dict.fromkeys(wanted, PLACEHOLDER)
    tokens = {key: _token() for key in wanted}
    LinkToken.objects.bulk_create(
        LinkToken(
            token_hash=_hash(tokens[key]),
            purpose=purpose,
            subject_id=subject_id,
            created_at=now,
            expires_at=expires_at,
        )
        for key, (subject_id, expires_at) in wanted.items()
    )
    return tokens


def _token() -> str:
    """Return 128 random bits that spell nothing: one token in a thousand has a telling word."""
    while forbidden_words(token := secrets.token_urlsafe(16)):
        pass
    return token


def mint_urls(
    *, purpose: str, view: str, wanted: Mapping[Key, tuple[UUID, datetime]], now: datetime
) -> dict[Key, str]:
    """Make an address for each subject and end: where ``view`` takes its token."""
    return {
        key: settings.PUBLIC_URL + reverse(view, args=[token])
        for key, token in mint_all(purpose=purpose, wanted=wanted, now=now).items()
    }


def resolve(*, purpose: str, token: str, now: datetime) -> UUID:
    """Return the subject of a link; opening it any number of times changes nothing.

    Raises LinkUnknownError, LinkExpiredError.
    """
    link = LinkToken.objects.filter(token_hash=_hash(token), purpose=purpose).first()
    if link is None:
        raise LinkUnknownError
    if link.expires_at <= now:
        raise LinkExpiredError
    return link.subject_id


def has_link(*, purpose: str, subject_ids: Iterable[UUID], now: datetime) -> bool:
    """Tell whether a link of a purpose leads to one of the subjects now."""
    return LinkToken.objects.filter(
        purpose=purpose, subject_id__in=subject_ids, expires_at__gt=now
    ).exists()


def revoke(*, purpose: str, subject_ids: Iterable[UUID]) -> int:
    """End the links of a purpose to the subjects at once; return how many there were."""
    return LinkToken.objects.filter(purpose=purpose, subject_id__in=subject_ids).delete()[0]


def revoke_all(*, subject_ids: Iterable[UUID]) -> int:
    """End all links to the subjects at once, whatever they are for; return how many there were."""
    return LinkToken.objects.filter(subject_id__in=subject_ids).delete()[0]


def forget_expired(*, now: datetime) -> int:
    """Delete the links that ended 30 days ago or more; return how many."""
    return LinkToken.objects.filter(expires_at__lte=now - KEPT_AFTER_END).delete()[0]


def _hash(token: str) -> str:
    return digest("link", token)
