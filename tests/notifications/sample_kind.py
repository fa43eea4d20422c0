"""A kind of message for tests, and the people and the time of day that tests share."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from notifications.domain.kinds import Attachment
from notifications.domain.recipient import Recipient
from notifications.models import Message

# A Monday.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALICE = Recipient(language="nb", phone="+4740000001", email="alice@example.org", contact_by="both")
LINK = "https://example.invalid/l/abc-DEF_1/"


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class Sample:
    """What the sample kind answers, by subject; a test changes it. ``asked`` counts the calls."""

    recipients: dict[UUID, Recipient] = field(default_factory=dict)
    reasons: dict[UUID, str] = field(default_factory=dict)
    poisoned: set[UUID] = field(default_factory=set)
    names: dict[UUID, str] = field(default_factory=dict)
    files: list[Attachment] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def still_due(self, messages: list[Message], now: datetime) -> dict[UUID, str]:
        self.asked.append(len(messages))
        subjects = {message.subject_id for message in messages}
        if subjects & self.poisoned:
            raise LookupError("Alice, +4740000001, has no appointment")
        return {
            message.pk: self.reasons[message.subject_id]
            for message in messages
            if message.subject_id in self.reasons
        }

    def context(self, messages: list[Message], now: datetime) -> dict[UUID, dict[str, Any]]:
        return {
            message.pk: {
                "name": self.names.get(message.subject_id, "Alice"),
                "day": NOW,
                "link": LINK,
            }
            for message in messages
        }

    def recipient(self, messages: list[Message]) -> dict[UUID, Recipient]:
        return {
            message.pk: self.recipients[message.subject_id]
            for message in messages
            if message.subject_id in self.recipients
        }

    def attachments(self, messages: list[Message], now: datetime) -> dict[UUID, list[Attachment]]:
        return {message.pk: self.files for message in messages}
