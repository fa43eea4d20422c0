"""What messages would say if they were sent at a moment: nothing is sent, and no link is made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.mail import EmailMessage

from notifications.domain.retrying import Fate, may_repeat
from notifications.models import Message
from notifications.services.preparing import prepare
from notifications.services.registry import kind_named
from notifications.services.rendering import Sms

# As long as a token, so that the words are as long as those that are sent.
PLACEHOLDER = "LENKEN-LAGES-SIDEN-xxx"
BATCH = 500
State = Message.State
_looking: ContextVar[bool] = ContextVar("looking", default=False)


@dataclass(frozen=True)
class Foreseen:
    """What a message would say, in the recipient's language; it is a part of nothing stored.

    ``why_not`` is the code of what keeps it from being sent, ``held_until`` when it would be sent
    because its recipient is left in peace until then.
    """

    text: str = ""
    subject: str = ""
    to: str = ""
    language: str = ""
    files: tuple[str, ...] = ()
    why_not: str = ""
    held_until: datetime | None = None


def only_looked_at() -> bool:
    """Tell whether words are written only to be looked at: then no link may be made for them."""
    return _looking.get()


def foresee(messages: list[Message], *, now: datetime) -> dict[UUID, Foreseen]:
    """Return what each message would say at a moment, or why it would not be sent.

    Words and reasons are found as for sending, and nothing is written; links have a placeholder.
    """
    with _only_to_look_at():
        prepared = prepare(messages, now=now)
        languages = _languages(ready.message for ready in prepared.ready)
    found = {
        ready.message.pk: _words(ready.outgoing, languages.get(ready.message.pk, ""))
        for ready in prepared.ready
    }
    for message, moment in prepared.held:
        found[message.pk] = Foreseen(why_not=Fate.HELD.value, held_until=moment)
    found |= {message.pk: Foreseen(why_not=reason) for message, reason in prepared.not_due}
    found |= {message.pk: Foreseen(why_not=Fate(fate).value) for message, fate in prepared.broken}
    return found


def due_at(at: datetime) -> Iterator[tuple[Message, Foreseen]]:
    """Yield the messages that a sweep would take at a moment, and what it would do with each.

    The oldest first. A sweep that was cut off in the middle of one leaves its fate in doubt: then
    only an SMS may be sent again.
    """
    due = Message.objects.filter(state__in=[State.WAITING, State.CLAIMED], due_at__lte=at)
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        rows = Message.objects.in_bulk(keys[start : start + BATCH])
        batch = [rows[key] for key in keys[start : start + BATCH] if key in rows]
        lost = {one.pk for one in batch if _in_doubt(one)}
        found = foresee([one for one in batch if one.pk not in lost], now=at)
        for message in batch:
            yield message, found.get(message.pk, Foreseen(why_not=Fate.INTERRUPTED.value))


def _in_doubt(message: Message) -> bool:
    begun = message.attempt_started_at is not None
    return begun and not may_repeat(message.channel, attempts=message.attempts)


@contextmanager
def _only_to_look_at() -> Iterator[None]:
    before = _looking.set(True)
    try:
        yield
    finally:
        _looking.reset(before)


def _languages(messages: Iterable[Message]) -> dict[UUID, str]:
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    found = [kind_named(code).recipient(batch) for code, batch in by_kind.items()]
    return {pk: recipient.language for one in found for pk, recipient in one.items()}


def _words(outgoing: Sms | EmailMessage, language: str) -> Foreseen:
    if isinstance(outgoing, Sms):
        return Foreseen(text=outgoing.text, to=outgoing.to, language=language)
    return Foreseen(
        text=str(outgoing.body),
        subject=str(outgoing.subject),
        to=outgoing.to[0],
        language=language,
        files=tuple(str(name) for name, _content, _type in outgoing.attachments),
    )
