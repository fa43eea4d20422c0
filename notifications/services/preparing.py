"""Makes claimed messages ready to send: is each still due, whose is it, what does it say."""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.mail import EmailMessage

from notifications.domain.faults import place_of
from notifications.domain.kinds import Attachment
from notifications.domain.recipient import Recipient
from notifications.domain.retrying import Fate
from notifications.models import Message
from notifications.services.registry import Kind, UnknownKindError, kind_named
from notifications.services.rendering import Sms, render_email, render_sms

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


@dataclass
class Prepared:
    """What became of each claimed message."""

    ready: list[tuple[Message, Sms | EmailMessage]] = field(default_factory=list)
    not_due: list[tuple[Message, str]] = field(default_factory=list)
    broken: list[tuple[Message, Fate]] = field(default_factory=list)


@dataclass
class _Facts:
    """A kind's answers about its messages, by message id; ``broken`` are those without one."""

    reasons: dict[UUID, str] = field(default_factory=dict)
    recipients: dict[UUID, Recipient] = field(default_factory=dict)
    contexts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[UUID, list[Attachment]] = field(default_factory=dict)
    broken: set[UUID] = field(default_factory=set)


def prepare(messages: list[Message], *, now: datetime) -> Prepared:
    """Ask each kind about all its messages at once, then write the words of those still due.

    A message that cannot be made ready is broken with its fate; the others are not held up.
    """
    prepared = Prepared()
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    for code, batch in by_kind.items():
        try:
            kind = kind_named(code)
        except UnknownKindError:
            logger.error("message kind %s is not registered", code)  # noqa: TRY400
            prepared.broken += [(message, Fate.UNKNOWN_KIND) for message in batch]
        else:
            facts = _facts(kind, batch, now=now)
            for message in batch:
                _sort(message, facts, prepared)
    prepared.ready.sort(key=lambda pair: pair[0].due_at)
    return prepared


def _facts(kind: Kind, messages: list[Message], *, now: datetime) -> _Facts:
    facts = _Facts()

    def ask(
        question: Callable[[list[Message]], dict[UUID, Answer]], asked: list[Message]
    ) -> dict[UUID, Answer]:
        answers, broken = _ask(question, [row for row in asked if row.pk not in facts.broken])
        facts.broken |= broken
        return answers

    facts.reasons = ask(lambda rows: kind.still_due(rows, now), messages)
    due = [message for message in messages if message.pk not in facts.reasons]
    facts.recipients = ask(kind.recipient, due)
    # Links may be minted for these, so only for what will be sent.
    reached = [message for message in due if _address(message, facts)]
    facts.contexts = ask(lambda rows: kind.context(rows, now), reached)
    facts.broken |= {row.pk for row in reached if row.pk not in facts.contexts}
    by_email = [message for message in reached if message.channel == Message.Channel.EMAIL]
    if kind.attachments and by_email:
        attach = kind.attachments
        facts.attachments = ask(lambda rows: attach(rows, now), by_email)
    return facts


def _ask(
    question: Callable[[list[Message]], dict[UUID, Answer]], messages: list[Message]
) -> tuple[dict[UUID, Answer], set[UUID]]:
    """Ask about all at once; if that fails, about one at a time to find the broken ones."""
    if not messages:
        return {}, set()
    try:
        return question(messages), set()
    except Exception as error:  # noqa: BLE001 - one broken message must not stop the batch
        logger.warning("%s messages could not be resolved: %s", messages[0].kind, place_of(error))
    if len(messages) == 1:
        return {}, {messages[0].pk}
    answers: dict[UUID, Answer] = {}
    broken: set[UUID] = set()
    for message in messages:
        alone, failed = _ask(question, [message])
        answers |= alone
        broken |= failed
    return answers, broken


def _sort(message: Message, facts: _Facts, prepared: Prepared) -> None:
    if message.pk in facts.broken:
        prepared.broken.append((message, Fate.UNRESOLVED))
    elif message.pk in facts.reasons:
        prepared.not_due.append((message, facts.reasons[message.pk]))
    elif not _address(message, facts):
        prepared.broken.append((message, Fate.NO_ADDRESS))
    else:
        try:
            prepared.ready.append((message, _write(message, facts)))
        except Exception as error:  # noqa: BLE001 - one broken template must not stop the batch
            logger.warning("message %s could not be written: %s", message.pk, place_of(error))
            prepared.broken.append((message, Fate.UNWRITTEN))


def _address(message: Message, facts: _Facts) -> str:
    recipient = facts.recipients.get(message.pk)
    return recipient.address_for(message.channel) if recipient else ""


def _write(message: Message, facts: _Facts) -> Sms | EmailMessage:
    to = _address(message, facts)
    language = facts.recipients[message.pk].language
    context = facts.contexts[message.pk]
    if message.channel == Message.Channel.SMS:
        return render_sms(kind=message.kind, to=to, language=language, context=context)
    return render_email(
        kind=message.kind,
        to=to,
        language=language,
        context=context,
        attachments=facts.attachments.get(message.pk, []),
        reference=str(message.pk),
    )
