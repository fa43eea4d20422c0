"""The words that a kind of message has in the files, written as an edited text would be.

They are what the editor begins with, and they decide what an edited text may name: what the files
name, for the context of the kind has no more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from django.template import Context, Engine
from django.utils import translation

from notifications.domain.parts import PARTS, Words
from notifications.domain.placeholders import placeholders_in
from notifications.services.placeholders import PLACEHOLDERS, VARIANTS, Values

# Day and time of each moment are like no other's, and like nothing else that stands in a message.
_MOMENTS = {
    "starts_at": datetime(2031, 1, 6, 2, 7, tzinfo=UTC),
    "instead_at": datetime(2031, 2, 11, 3, 9, tzinfo=UTC),
    "come_by": datetime(2031, 3, 19, 1, 13, tzinfo=UTC),
    "answer_by": datetime(2031, 4, 24, 3, 17, tzinfo=UTC),
}
_NUMBERS = {"minutes": 48611}


def render_file(kind: str, part: str, context: Mapping[str, Any]) -> str:
    """Write the words of ``notifications/<kind>.<part>.txt``; raises what the template raises."""
    template = Engine.get_default().get_template(f"notifications/{kind}.{part}.txt")
    # Plain text: a name such as O'Neill must not come out as HTML.
    text = template.render(Context(dict(context), autoescape=False)).strip()
    return in_its_lines(part, text)


def in_its_lines(part: str, text: str) -> str:
    """Return a part in as many lines as it may have.

    A subject is one, whatever line breaks a template has around it, or what is filled in has in it:
    a line more would be a header of a stranger's.
    """
    return " ".join(text.split()) if part == "subject" else text


def default_words(kind: str, language: str) -> Words:
    """Return the words of the files, as they are to most people: not the variants.

    Where a file says something only if there is a value, it is said: all that it can name is there.
    Raises what the templates raise.
    """
    with translation.override(language):
        marks = _marks()
        found = {part: render_file(kind, part, marks) for part in PARTS}
        values = {name: text for name, text in Values(marks).items() if name not in _TOKENS}
    # The longest first: one value can be a part of another.
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        found = {part: text.replace(value, f"{{{name}}}") for part, text in found.items()}
    return Words(**found)


def may_name(words: Words) -> list[str]:
    """Return the names that a kind's texts may use, from its words in the files.

    Where the files name anything of a place, all that a place has can be named; where they name
    the day, the time of day can be, and the other way about.
    """
    named = placeholders_in(f"{words.sms}\n{words.subject}\n{words.email}")
    sources = {PLACEHOLDERS[name].source for name in named}
    return [name for name, one in PLACEHOLDERS.items() if one.source in sources]


_OF_PLACE = {one.name: one.attribute for one in PLACEHOLDERS.values() if one.source == "clinic"}
# What needs no looking for: it is rendered as its own name.
_TOKENS = {*_OF_PLACE, "lenke"}


def _marks() -> dict[str, Any]:
    place = {attribute: f"{{{name}}}" for name, attribute in _OF_PLACE.items()}
    return {
        **_MOMENTS,
        **_NUMBERS,
        "clinic": SimpleNamespace(**place),
        "link": "{lenke}",
        **dict.fromkeys(VARIANTS, False),
    }
