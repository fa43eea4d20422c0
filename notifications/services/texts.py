"""The texts that people have written instead of the words in the files, and their history."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from audit.domain import Actor
from audit.services import record
from notifications.domain.parts import NO_WORDS, PARTS, Words
from notifications.models import MessageText
from notifications.services.default_words import default_words
from notifications.services.registry import kind_named, kinds
from notifications.services.text_checks import Checked, check, sendable

# By kind and language. A part that is "" has the words of its file.
Texts = Mapping[tuple[str, str], Words]
logger = logging.getLogger(__name__)


class UnsoundTextError(ValueError):
    """A text cannot be sent; ``checked`` says of each part what is wrong."""

    def __init__(self, checked: dict[str, Checked]) -> None:
        super().__init__(", ".join(part for part, one in checked.items() if one.faults))
        self.checked = checked


class ChangedMeanwhileError(Exception):
    """Somebody else has saved since the editor was opened; nothing is written."""


class NothingChangedError(ValueError):
    """The texts are as they were."""


@dataclass(frozen=True)
class Broken:
    """A text in force that cannot be sent: its messages have the words of the files."""

    kind: str
    language: str
    part: str
    row_id: int


def texts_in_force(codes: Iterable[str]) -> Texts:
    """Return the texts for kinds of messages in one query, without those that cannot be sent."""
    found = {}
    for row in MessageText.objects.in_force().filter(kind__in=set(codes)):
        words = row.words()
        for part in PARTS:
            text = getattr(words, part)
            if text and not sendable(part, text):
                logger.error("text %s of %s in %s is broken", part, row.kind, row.language)
                words = replace(words, **{part: ""})
        found[row.kind, row.language] = words
    return found


def newest(kind: str, language: str) -> MessageText | None:
    """Return the revision in force; None where nobody has ever written one."""
    found = MessageText.objects.in_force().filter(kind=kind, language=language)
    row: MessageText | None = found.first()
    return row


def newest_by_language(kind: str) -> dict[str, MessageText]:
    """Return the revisions in force of a kind with who wrote them, by language; one query."""
    found = MessageText.objects.in_force().filter(kind=kind).select_related("changed_by")
    return {row.language: row for row in found}


def newest_of_all() -> dict[tuple[str, str], MessageText]:
    """Return all revisions in force with who wrote them, by kind and language; one query."""
    found = MessageText.objects.in_force().select_related("changed_by")
    return {(row.kind, row.language): row for row in found}


def saved_words(row: MessageText | None, kind: str, language: str) -> Words:
    """Return the words in force for all parts, the files' where nobody has written others."""
    default = default_words(kind, language)
    own = row.words() if row else NO_WORDS
    return Words(**{part: getattr(own, part) or getattr(default, part) for part in PARTS})


def save_texts(
    *, kind: str, language: str, words: Words, seen: int, by: Actor, now: datetime
) -> MessageText:
    """Save texts for a kind in a language as a new revision; the old ones stay.

    ``seen`` is the revision they were written upon, 0 for none. A part that says what the file
    says is not kept: it goes on following the file. Raises UnknownKindError, UnsoundTextError,
    ChangedMeanwhileError, NothingChangedError.
    """
    kind_named(kind)
    default = default_words(kind, language)
    checked = check(kind, language, words)
    if any(one.faults for one in checked.values()):
        raise UnsoundTextError(checked)
    own = {
        part: "" if (text := getattr(words, part).strip()) == getattr(default, part) else text
        for part in PARTS
    }
    return _add(
        kind, language, Words(**own), action="message_text.changed", seen=seen, by=by, now=now
    )


def go_back_to_files(
    *, kind: str, language: str, seen: int, by: Actor, now: datetime
) -> MessageText:
    """Let a kind have the words of the files again; what was written stays in the history.

    Raises ChangedMeanwhileError, NothingChangedError.
    """
    return _add(kind, language, NO_WORDS, action="message_text.reset", seen=seen, by=by, now=now)


def broken_texts() -> list[Broken]:
    """List the texts in force that are not sent as they are; one query, and the files are read.

    Texts of a kind that nobody has registered are not looked at: it has no messages.
    """
    known = {kind.code for kind in kinds()}
    found = []
    for row in MessageText.objects.in_force().filter(kind__in=known):
        checked = check(row.kind, row.language, saved_words(row, row.kind, row.language))
        found += [
            Broken(row.kind, row.language, part, row.pk)
            for part, one in checked.items()
            if one.faults and getattr(row.words(), part)
        ]
    return found


@transaction.atomic
def _add(
    kind: str, language: str, own: Words, *, action: str, seen: int, by: Actor, now: datetime
) -> MessageText:
    assert language in dict(settings.LANGUAGES), language
    last = newest(kind, language)
    if (last.revision if last else 0) != seen:
        raise ChangedMeanwhileError
    if own == (last.words() if last else NO_WORDS):
        raise NothingChangedError
    try:
        # Two at the same moment write upon the same revision: the constraint lets one through.
        with transaction.atomic():
            row = MessageText.objects.create(
                kind=kind,
                language=language,
                revision=seen + 1,
                sms=own.sms,
                subject=own.subject,
                email=own.email,
                changed_by_id=int(by.id),
                changed_at=now,
            )
    except IntegrityError:
        raise ChangedMeanwhileError from None
    record(action=action, by=by, now=now, object_id=row.pk, reason=f"{kind} {language}")
    return row
