"""Shows what a kind of message would say, with example values, and what it would cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation

from notifications.domain.parts import NO_WORDS, PARTS, Words
from notifications.domain.placeholders import fill, placeholders_in
from notifications.domain.sms_text import SmsSize, in_gsm, sms_size
from notifications.models import MessageText
from notifications.services.default_words import render_file
from notifications.services.placeholders import VARIANTS, Values, example, long_example
from notifications.services.text_checks import Checked, check, example_ending
from notifications.services.texts import saved_words


@dataclass(frozen=True)
class Variant:
    """What the files say to some people, whatever is written for the others."""

    label: str
    words: Words


@dataclass(frozen=True)
class Shown:
    """A message in one language, as it arrives.

    ``size`` is of the SMS, ``longest`` of the same with the longest name that a place may have.
    """

    language: str
    name: str
    words: Words
    variants: tuple[Variant, ...]
    size: SmsSize
    longest: SmsSize
    checked: Mapping[str, Checked]


def preview(
    kind: str, rows: Mapping[str, MessageText], *, edited: str = "", words: Words = NO_WORDS
) -> list[Shown]:
    """Show a kind in all languages: ``words`` in the ``edited`` one, what is in force in others.

    ``rows`` are the newest revisions by language. The edited language comes first.
    """
    found = [
        _shown(
            kind,
            language,
            str(name),
            words if language == edited else saved_words(rows.get(language), kind, language),
        )
        for language, name in settings.LANGUAGES
    ]
    return sorted(found, key=lambda one: one.language != edited)


def _shown(kind: str, language: str, name: str, words: Words) -> Shown:
    with translation.override(language):
        arrives = {part: _filled(getattr(words, part), Values(example())) for part in PARTS}
        longest = _filled(words.sms, Values(long_example()))
        files = {flag: _of_files(kind, flag) for flag in ("", *VARIANTS)}
        ending = example_ending(kind)
    arrives["sms"] = in_gsm(arrives["sms"] + ending)
    return Shown(
        language=language,
        name=name,
        words=Words(**arrives),
        variants=tuple(
            Variant(str(label), files[flag])
            for flag, label in VARIANTS.items()
            if files[flag] != files[""]
        ),
        size=sms_size(arrives["sms"]),
        longest=sms_size(in_gsm(longest + ending)),
        checked=check(kind, language, words),
    )


def _of_files(kind: str, flag: str) -> Words:
    context = {**example(), flag: True} if flag else example()
    found = {part: render_file(kind, part, context) for part in PARTS}
    return Words(**{**found, "sms": in_gsm(found["sms"])})


def _filled(text: str, values: Values) -> str:
    """Fill in what has a value; a name without one stays as it is written."""
    return fill(text, {name: values.get(name, f"{{{name}}}") for name in placeholders_in(text)})
