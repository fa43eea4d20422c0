"""The language of edited texts: words, and names in braces that are filled in. Nothing else.

``Timen din er {dag} kl. {klokke}.`` No conditions, no loops, no look-ups: what is written by hand
in a form must not be able to break, reveal or run anything.
"""

import re
from collections.abc import Mapping

_NAMED = re.compile(r"\{([a-zæøå_]+)\}")
_SPACES_AT_LINE_END = re.compile(r"[ \t]+$", re.MULTILINE)


class NoValueError(LookupError):
    """A text names something that this message has no value for."""


def placeholders_in(text: str) -> list[str]:
    """Return the names in a text, in order, each once."""
    return list(dict.fromkeys(_NAMED.findall(text)))


def has_stray_brace(text: str) -> bool:
    """Tell whether a brace stands where no name is: a name begun and not ended, or odd letters."""
    return not {"{", "}"}.isdisjoint(_NAMED.sub("", text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the places of their names; what a value says is never read again.

    An empty value leaves no space at the end of its line. Raises ``NoValueError``.
    """

    def value_of(found: re.Match[str]) -> str:
        try:
            return values[found[1]]
        except KeyError:
            raise NoValueError(found[1]) from None

    return _SPACES_AT_LINE_END.sub("", _NAMED.sub(value_of, text)).strip()
