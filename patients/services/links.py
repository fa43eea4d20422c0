"""Links in messages: a random token, one purpose, one subject, an end."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from encryption.keys import keyed_hash
from patients.models import LinkToken

# So that somebody who opens an old message is told that the link is too old.
KEPT_AFTER_END = timedelta(days=30)


class LinkUnknownError(Exception):
    """No such link was made for this purpose, or it is long forgotten."""


class LinkExpiredError(Exception):
    """The link was good once; its time is over."""


def mint(*, purpose: str, subject_id: UUID, expires_at: datetime, now: datetime) -> str:
    """Make a link's token: 128 random bits as 22 characters, of which only the hash is kept."""
    token = secrets.token_urlsafe(16)
    LinkToken.objects.create(
        token_hash=_hash(token),
        purpose=purpose,
        subject_id=subject_id,
        created_at=now,
        expires_at=expires_at,
    )
    return token


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


def forget_expired(*, now: datetime) -> int:
    """Delete the links that ended 30 days ago or more; return how many."""
    return LinkToken.objects.filter(expires_at__lte=now - KEPT_AFTER_END).delete()[0]


def _hash(token: str) -> str:
    return keyed_hash("link", token)
