"""The words in the files, as the editor shows them; and what each costs to send."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from clinics.domain.discreet import forbidden_words
from notifications.domain.parts import PARTS
from notifications.domain.placeholders import fill
from notifications.domain.sms_text import Alphabet, outside_gsm, sms_size
from notifications.domain.text_rules import MOST_SEGMENTS
from notifications.services.default_words import default_words, may_name, render_file
from notifications.services.placeholders import VARIANTS, Values, example, long_example
from notifications.services.registry import kinds
from notifications.services.rendering import render_sms
from notifications.services.text_checks import check, example_ending

FILES = Path(settings.BASE_DIR) / "templates" / "notifications"
LANGUAGES = ("nb", "nn", "en")
KINDS = [kind.code for kind in kinds()]
each_kind = pytest.mark.parametrize("kind", KINDS)
each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
@each_kind
def test_the_words_shown_in_the_editor_say_just_what_the_file_says(kind, language):
    words = default_words(kind, language)

    for context in (example(), long_example()):
        with translation.override(language):
            for part in PARTS:
                filled = fill(getattr(words, part), Values(context))
                assert filled == render_file(kind, part, context)


@each_language
@each_kind
def test_the_words_in_the_files_could_have_been_written_in_the_editor(kind, language):
    checked = check(kind, language, default_words(kind, language))

    assert {part: one.faults for part, one in checked.items() if one.faults} == {}


@each_kind
def test_a_file_names_nothing_that_the_editor_has_no_name_for(kind):
    """For what is missing here, add a Placeholder or a variant in services/placeholders.py."""
    for part in PARTS:
        source = (FILES / f"{kind}.{part}.txt").read_text()
        named_here = set(re.findall(r"(\w+)=", source))
        named = set(re.findall(r"(?:{{ |=|{% if not |{% if (?!not))(\w+)", source))
        assert named - named_here <= set(example()), part


@each_language
@each_kind
def test_an_sms_of_the_files_is_in_the_alphabet_that_costs_least(kind, language):
    for context in (example(), *({**example(), flag: True} for flag in VARIANTS)):
        sms = render_sms(kind=kind, to="+4740000001", language=language, context=context)
        assert outside_gsm(sms.text) == {}


def test_how_many_parts_each_sms_of_the_files_is_sent_in():
    parts = {}
    for kind in KINDS:
        for language in LANGUAGES:
            for context in (example(), long_example(), {**long_example(), "again": True}):
                sms = render_sms(kind=kind, to="+4740000001", language=language, context=context)
                size = sms_size(sms.text)
                assert size.alphabet == Alphabet.GSM
                parts.setdefault(kind, set()).add(size.segments)

    assert max(max(sizes) for sizes in parts.values()) <= MOST_SEGMENTS
    assert sum(min(sizes) == 1 for sizes in parts.values()) >= len(parts) / 2, parts


@each_language
@each_kind
def test_nothing_that_can_be_named_tells_what_it_is_about(kind, language):
    words = default_words(kind, language)

    assert forbidden_words(f"{words.sms} {words.subject} {words.email}") == []
    assert forbidden_words(" ".join(may_name(words))) == []


def parts_of(kind):
    """Return how many parts the SMS of a kind is sent in: mostly, and at the most."""
    found = []
    for context in (example(), long_example()):
        sizes = []
        for language in LANGUAGES:
            with translation.override(language):
                ending = example_ending(kind)
            sms = render_sms(kind=kind, to="+4740000001", language=language, context=context)
            sizes.append(sms_size(sms.text + ending).segments)
        found.append(max(sizes))
    return tuple(found)


def test_the_page_of_messages_lists_what_each_sms_costs():
    lines = {}
    for kind in sorted(KINDS):
        lines.setdefault(parts_of(kind), []).append(f"`{kind}`")
    due = ["| parts | with a long name | kinds |", "|---|---|---|"]
    due += [f"| {few} | {many} | {', '.join(lines[few, many])} |" for few, many in sorted(lines)]

    page = (Path(settings.BASE_DIR) / "docs" / "messages.md").read_text()

    assert "\n".join(due) in page
