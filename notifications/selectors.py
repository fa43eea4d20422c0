"""Reads messages: what could not be delivered, and what the demo's gateways wrote to files."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from notifications.models import Message

# How long what could not be delivered is news.
NEWS_FOR = timedelta(days=14)
# Django's file backend ends each e-mail with 79 hyphens; the next one starts with this header.
BETWEEN_EMAILS = re.compile(rb"\n-{79}\n(?=Content-Type: |\Z)")


@dataclass(frozen=True)
class WrittenFile:
    """An attachment of a written e-mail, as text."""

    name: str
    text: str


@dataclass(frozen=True)
class WrittenMessage:
    """An SMS or e-mail that was written to a file instead of being sent.

    ``reference`` is the message's id or e-mail's Message-ID; a file that cannot be read as what it
    should be has only ``text``.
    """

    channel: str
    written_at: datetime
    text: str
    sender: str = ""
    to: str = ""
    subject: str = ""
    reference: str = ""
    files: tuple[WrittenFile, ...] = ()


def sent_again() -> Exists:
    """Tell, in a query of messages, whether a message has been sent again since."""
    return Exists(
        Message.objects.filter(
            subject_id=OuterRef("subject_id"),
            kind=OuterRef("kind"),
            channel=OuterRef("channel"),
            occasion=OuterRef("occasion"),
            round__gt=OuterRef("round"),
        )
    )


def could_not_be_reached() -> Q:
    """Select the messages that did not arrive, or nobody knows.

    Not those sent again since, and not those whose person staff have told in another way.
    """
    unreached = Q(state__in=[Message.State.FAILED, Message.State.UNKNOWN], handled_at=None)
    return unreached & ~Q(sent_again())


def needs_a_hand(now: datetime) -> Q:
    """Select what could not be delivered in the last 14 days: somebody must do something."""
    return could_not_be_reached() & Q(ended_at__gt=now - NEWS_FOR)


def unreached_lately(clinic_ids: Iterable[int], *, now: datetime) -> dict[int, int]:
    """Count what could not be delivered in the last 14 days, by clinic; one query."""
    found: QuerySet[Message] = Message.objects.filter(needs_a_hand(now), clinic_id__in=clinic_ids)
    return dict(found.order_by().values_list(F("clinic_id")).annotate(Count("pk")))


def written_messages(limit: int = 50) -> list[WrittenMessage]:
    """Return the messages in ``OUTBOX_DIR``, newest first, from at most ``limit`` files."""
    folder = Path(settings.OUTBOX_DIR)
    paths = [*(folder / "sms").glob("*.json"), *(folder / "email").glob("*.log")]
    newest = sorted(((path.stat().st_mtime, path) for path in paths), reverse=True)[:limit]
    found: list[WrittenMessage] = []
    for seconds, path in newest:
        written_at = datetime.fromtimestamp(seconds, UTC)
        if path.suffix == ".json":
            found.append(_sms(path.read_bytes(), written_at))
        else:
            found += _emails(path.read_bytes(), written_at)
    return found


def _sms(raw: bytes, written_at: datetime) -> WrittenMessage:
    try:
        sms = json.loads(raw)
        return WrittenMessage(
            channel="sms",
            written_at=written_at,
            text=sms["text"],
            sender=sms["from"],
            to=sms["to"],
            reference=sms["reference"],
        )
    except (ValueError, KeyError, TypeError):
        return WrittenMessage("sms", written_at, raw.decode(errors="replace"))


def _emails(raw: bytes, written_at: datetime) -> list[WrittenMessage]:
    """Read one file of the backend: mostly one e-mail; of several, the last one comes first."""
    parts = [part for part in BETWEEN_EMAILS.split(raw) if part.strip()]
    return [_email(part, written_at) for part in reversed(parts)]


def _email(raw: bytes, written_at: datetime) -> WrittenMessage:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    if body is None or "To" not in message:
        return WrittenMessage("email", written_at, raw.decode(errors="replace"))
    return WrittenMessage(
        channel="email",
        written_at=written_at,
        text=str(body.get_content()),
        sender=str(message["From"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        reference=str(message["Message-ID"]),
        files=tuple(_files(message)),
    )


def _files(message: EmailMessage) -> Iterator[WrittenFile]:
    for part in message.iter_attachments():
        content = part.get_content()
        text = content if isinstance(content, str) else bytes(content).decode(errors="replace")
        yield WrittenFile(name=part.get_filename() or "", text=text)


def messages_about(kind: str, subject_id: UUID) -> list[Message]:
    """Return the messages of a kind about one subject, as they last were sent, by channel."""
    found = Message.objects.filter(~Q(sent_again()), kind=kind, subject_id=subject_id)
    return list(found.order_by("channel"))
