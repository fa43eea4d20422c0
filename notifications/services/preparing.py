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
from notifications.domain.kinds import Attachment, StopLink
from notifications.domain.parts import NO_WORDS
from notifications.domain.recipient import Recipient
from notifications.domain.retrying import Fate
from notifications.domain.timing import Timing, allowed_at
from notifications.models import Message
from notifications.services.registry import Kind, UnknownKindError, kind_named
from notifications.services.rendering import Sms, render_email, render_sms
from notifications.services.stopping import is_stopped, stop_links
from notifications.services.texts import Texts, texts_in_force

Answer = TypeVar("Answer")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ready:
    """A message with its words, and what decides the hours it keeps."""

    message: Message
    outgoing: Sms | EmailMessage
    timing: Timing
    any_hour: bool

    def may_go(self, now: datetime) -> bool:
        """Tell whether it may be sent now; the hour may have struck since it was made ready."""
        return allowed_at(self.timing, now, any_hour=self.any_hour) <= now


@dataclass
class Prepared:
    """What became of each claimed message. Those held wait until their moment.

    ``elsewhere`` are those not due whose recipient is reached on other channels, and on which.
    """

    ready: list[Ready] = field(default_factory=list)
    held: list[tuple[Message, datetime]] = field(default_factory=list)
    not_due: list[tuple[Message, str]] = field(default_factory=list)
    elsewhere: list[tuple[Message, tuple[str, ...]]] = field(default_factory=list)
    broken: list[tuple[Message, Fate]] = field(default_factory=list)


@dataclass
class _Facts:
    """A kind's answers about its messages, by message id; ``broken`` are those without one."""

    reasons: dict[UUID, str] = field(default_factory=dict)
    recipients: dict[UUID, Recipient] = field(default_factory=dict)
    held: dict[UUID, datetime] = field(default_factory=dict)
    at_once: set[UUID] = field(default_factory=set)
    contexts: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    attachments: dict[UUID, list[Attachment]] = field(default_factory=dict)
    stops: dict[UUID, StopLink] = field(default_factory=dict)
    # What people have written, by kind and language.
    texts: Texts = field(default_factory=dict)
    broken: set[UUID] = field(default_factory=set)


def prepare(messages: list[Message], *, now: datetime) -> Prepared:
    """Ask each kind about all its messages at once, then write the words of those still due.

    A message that cannot be made ready is broken with its fate; the others are not held up. One
    that is due at an hour when its recipient must be left in peace is held: nothing is minted or
    written for it now.
    """
    prepared = Prepared()
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    texts = texts_in_force(by_kind)
    for code, batch in by_kind.items():
        try:
            kind = kind_named(code)
        except UnknownKindError:
            logger.error("message kind %s is not registered", code)  # noqa: TRY400
            prepared.broken += [(message, Fate.UNKNOWN_KIND) for message in batch]
        else:
            facts = _facts(kind, batch, now=now)
            facts.texts = texts
            for message in batch:
                _sort(message, kind, facts, prepared)
    prepared.ready.sort(key=lambda ready: ready.message.due_at)
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
    for message in due:
        recipient = facts.recipients.get(message.pk)
        if recipient and is_stopped(kind, message, recipient):
            facts.reasons[message.pk] = Fate.STOPPED
        elif recipient and recipient.channels and message.channel not in recipient.channels:
            facts.reasons[message.pk] = Fate.ELSEWHERE
    reached = [row for row in due if row.pk not in facts.reasons and _address(row, facts)]
    for message in reached:
        any_hour = facts.recipients[message.pk].any_hour
        if (moment := allowed_at(kind.timing, now, any_hour=any_hour)) > now:
            facts.held[message.pk] = moment
    if kind.cannot_wait and facts.held:
        which = kind.cannot_wait
        asked = [message for message in reached if message.pk in facts.held]
        for pk in ask(lambda rows: dict.fromkeys(which(rows, now), True), asked):
            del facts.held[pk]
            facts.at_once.add(pk)
    # Links may be minted for these, so only for what will be sent.
    reached = [message for message in reached if message.pk not in facts.held]
    facts.contexts = ask(lambda rows: kind.context(rows, now), reached)
    facts.broken |= {row.pk for row in reached if row.pk not in facts.contexts}
    facts.stops = ask(
        lambda rows: stop_links(kind, {row.pk: facts.recipients[row.pk] for row in rows}, now),
        reached,
    )
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


def _sort(message: Message, kind: Kind, facts: _Facts, prepared: Prepared) -> None:
    if message.pk in facts.broken:
        prepared.broken.append((message, Fate.UNRESOLVED))
    elif message.pk in facts.reasons:
        prepared.not_due.append((message, facts.reasons[message.pk]))
        if facts.reasons[message.pk] == Fate.ELSEWHERE:
            channels = facts.recipients[message.pk].channels
            prepared.elsewhere.append((message, channels))
    elif not _address(message, facts):
        prepared.broken.append((message, Fate.NO_ADDRESS))
    elif message.pk in facts.held:
        prepared.held.append((message, facts.held[message.pk]))
    else:
        any_hour = facts.recipients[message.pk].any_hour
        try:
            words = _write(message, facts)
            timing = Timing.AT_ONCE if message.pk in facts.at_once else kind.timing
            prepared.ready.append(Ready(message, words, timing, any_hour))
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
    stop = facts.stops.get(message.pk)
    own = facts.texts.get((message.kind, language), NO_WORDS)
    if message.channel == Message.Channel.SMS:
        return render_sms(
            kind=message.kind, to=to, language=language, context=context, own=own, stop=stop
        )
    return render_email(
        kind=message.kind,
        to=to,
        language=language,
        context=context,
        attachments=facts.attachments.get(message.pk, []),
        reference=str(message.pk),
        stop=stop,
        own=own,
    )
