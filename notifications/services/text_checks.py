"""Holds an edited text against the words in the files and against examples of a message."""

from dataclasses import dataclass

from django.utils import translation

from notifications.domain.parts import PARTS, Words
from notifications.domain.placeholders import fill, placeholders_in
from notifications.domain.sms_text import in_gsm
from notifications.domain.text_rules import (
    Finding,
    faults_of_form,
    faults_of_names,
    faults_of_sms,
    hints,
)
from notifications.services.default_words import default_words, may_name
from notifications.services.endings import sms_ending
from notifications.services.placeholders import (
    PLACEHOLDERS,
    Values,
    example,
    example_stop_page,
    long_example,
)
from notifications.services.registry import kind_named


@dataclass(frozen=True)
class Checked:
    """What is wrong with a part of a message, and what is worth a second look."""

    faults: tuple[Finding, ...]
    hints: tuple[Finding, ...] = ()


def check(kind: str, language: str, words: Words) -> dict[str, Checked]:
    """Check all parts of a message as they would be sent.

    Raises UnknownKindError, and what the files' words raise.
    """
    default = default_words(kind, language)
    allowed = may_name(default)
    with translation.override(language):
        ending = example_ending(kind)
        return {
            part: _check_part(part, getattr(words, part), getattr(default, part), allowed, ending)
            for part in PARTS
        }


def sendable(part: str, text: str) -> bool:
    """Tell quickly whether a saved text can still be sent, for the sweep.

    The code may have changed since it was saved: a name may be gone, a word forbidden.
    """
    named = all(name in PLACEHOLDERS for name in placeholders_in(text))
    return named and not faults_of_form(part, text)


def example_ending(kind: str) -> str:
    """Write what the sender adds to an SMS of a kind, in the language in use; "" for nothing."""
    return sms_ending(example_stop_page()) if kind_named(kind).stoppable else ""


def _check_part(part: str, text: str, default: str, allowed: list[str], ending: str) -> Checked:
    faults = [*faults_of_form(part, text), *faults_of_names(text, default=default, allowed=allowed)]
    if faults:
        return Checked(tuple(faults))
    shown = in_gsm(fill(text, Values(example())) + ending)
    longest = in_gsm(fill(text, Values(long_example())) + ending)
    if part == "sms":
        faults = faults_of_sms(longest)
    return Checked(tuple(faults), tuple(hints(part, text, default=default, shown=shown)))
