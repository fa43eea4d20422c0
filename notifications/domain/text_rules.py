"""What a text that somebody has written must be, and what is worth a second look."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from clinics.domain.discreet import forbidden_words
from notifications.domain.placeholders import has_stray_brace, placeholders_in
from notifications.domain.sms_text import Alphabet, outside_gsm, sms_size

# An SMS of more parts costs too much, and arrives out of order on old phones.
MOST_SEGMENTS = 3
# Characters, with the names as they are written.
LONGEST = {"sms": 700, "subject": 120, "email": 4000}
# What a message must name wherever its words in the files do: without it nobody can answer.
REQUIRED = frozenset({"lenke"})


class Fault(StrEnum):
    """Why a text is not saved."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    SEVERAL_LINES = "several_lines"
    CONTROL = "control"
    STRAY_BRACE = "stray_brace"
    UNKNOWN_NAME = "unknown_name"
    MISSING_NAME = "missing_name"
    FORBIDDEN = "forbidden"
    TOO_MANY_SEGMENTS = "too_many_segments"


class Hint(StrEnum):
    """What can be meant, and often is not."""

    SEVERAL_SEGMENTS = "several_segments"
    UCS2 = "ucs2"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Finding:
    """A fault or a hint, with what it is about: names, words, characters or a number."""

    code: Fault | Hint
    what: tuple[str, ...] = ()


def faults_of_form(part: str, text: str) -> list[Finding]:
    """Find what is wrong with a text whatever kind of message it is for."""
    if not text.strip():
        return [Finding(Fault.EMPTY)]
    found = []
    if len(text) > LONGEST[part]:
        found.append(Finding(Fault.TOO_LONG, (str(LONGEST[part]), str(len(text)))))
    if part == "subject" and len(text.splitlines()) > 1:
        found.append(Finding(Fault.SEVERAL_LINES))
    if any(unicodedata.category(mark) == "Cc" and mark != "\n" for mark in text):
        found.append(Finding(Fault.CONTROL))
    if has_stray_brace(text):
        found.append(Finding(Fault.STRAY_BRACE))
    words = forbidden_words(text)
    if words:
        found.append(Finding(Fault.FORBIDDEN, tuple(words)))
    return found


def faults_of_names(text: str, *, default: str, allowed: Collection[str]) -> list[Finding]:
    """Find names that the kind has no value for, and required ones that the text leaves out."""
    named = placeholders_in(text)
    found = []
    unknown = tuple(name for name in named if name not in allowed)
    if unknown:
        found.append(Finding(Fault.UNKNOWN_NAME, unknown))
    missing = _left_out(text, default, required=True)
    if missing:
        found.append(Finding(Fault.MISSING_NAME, missing))
    return found


def faults_of_sms(shown: str) -> list[Finding]:
    """Find an SMS too long to send, as it is with its values filled in."""
    segments = sms_size(shown).segments
    if segments > MOST_SEGMENTS:
        return [Finding(Fault.TOO_MANY_SEGMENTS, (str(MOST_SEGMENTS), str(segments)))]
    return []


def hints(part: str, text: str, *, default: str, shown: str) -> list[Finding]:
    """Say what is worth a second look; ``shown`` is the text with its values filled in."""
    found = []
    left_out = _left_out(text, default, required=False)
    if left_out:
        found.append(Finding(Hint.LEFT_OUT, left_out))
    if part != "sms":
        return found
    size = sms_size(shown)
    if size.alphabet is Alphabet.UCS2:
        found.append(Finding(Hint.UCS2, tuple(outside_gsm(shown))))
    if 1 < size.segments <= MOST_SEGMENTS:
        found.append(Finding(Hint.SEVERAL_SEGMENTS, (str(size.segments),)))
    return found


def _left_out(text: str, default: str, *, required: bool) -> tuple[str, ...]:
    named = set(placeholders_in(text))
    return tuple(
        name
        for name in placeholders_in(default)
        if name not in named and (name in REQUIRED) is required
    )
