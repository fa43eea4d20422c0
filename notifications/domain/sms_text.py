"""How long an SMS is to those who carry it: its alphabet, and the parts it is sent and paid in.

GSM 03.38 (3GPP TS 23.038): 160 characters of its alphabet fit one SMS, 153 each part of a longer
one. A character outside it turns the whole text into UCS-2: 70, and 67.
"""

from dataclasses import dataclass
from enum import StrEnum

from gsm0338 import Codec

_CODEC = Codec()


class Alphabet(StrEnum):
    """The two ways an SMS is coded."""

    GSM = "GSM-7"
    UCS2 = "UCS-2"


# What fits one SMS, and each part of a longer one.
_ROOM = {Alphabet.GSM: (160, 153), Alphabet.UCS2: (70, 67)}
# Look-alikes in the alphabet for the signs that a word processor puts in by itself.
_REPLACEMENTS = {
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{ACUTE ACCENT}": "'",
    "`": "'",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": '"',
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": '"',
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{DOUBLE LOW-9 QUOTATION MARK}": '"',
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{BULLET}": "-",
    "\N{MIDDLE DOT}": "-",
    "\N{RIGHTWARDS ARROW}": "->",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{THIN SPACE}": " ",
    "\N{SOFT HYPHEN}": "",
    "\N{ZERO WIDTH SPACE}": "",
    "\t": " ",
}
_REPLACE = str.maketrans(_REPLACEMENTS)
# The characters of a million messages are a few hundred; an adversary's do not fill the memory.
_KNOWN: dict[str, int] = {}
_KEPT = 2000


@dataclass(frozen=True)
class SmsSize:
    """``units`` of the alphabet (septets, or UTF-16 code units), in ``segments`` parts."""

    alphabet: Alphabet
    units: int
    segments: int


def sms_size(text: str) -> SmsSize:
    """Measure a text. A character is never split between two parts; no text is no part."""
    costs = [_septets(mark) for mark in text]
    alphabet = Alphabet.GSM if all(costs) else Alphabet.UCS2
    if alphabet is Alphabet.UCS2:
        costs = [2 if ord(mark) > 0xFFFF else 1 for mark in text]
    units = sum(costs)
    alone, part = _ROOM[alphabet]
    if units <= alone:
        return SmsSize(alphabet, units, min(units, 1))
    segments, left = 0, 0
    for cost in costs:
        if cost > left:
            segments, left = segments + 1, part
        left -= cost
    return SmsSize(alphabet, units, segments)


def outside_gsm(text: str) -> dict[str, str | None]:
    """Return the characters that turn a text into UCS-2, each with its look-alike; None for none.

    "" means that the character is to be left out.
    """
    return {mark: _REPLACEMENTS.get(mark) for mark in text if not _septets(mark)}


def in_gsm(text: str) -> str:
    """Write dashes, quotation marks and the like with their look-alikes, if that is all it takes.

    A text that stays UCS-2 all the same, for the sake of a name, keeps its marks. Letters are
    never changed.
    """
    written = text.translate(_REPLACE)
    return written if all(map(_septets, written)) else text


def _septets(mark: str) -> int:
    """Return how many septets a character takes; 0 for one outside the alphabet."""
    septets = _KNOWN.get(mark)
    if septets is None:
        try:
            septets = len(_CODEC.encode(mark)[0])
        except UnicodeEncodeError:
            septets = 0
        if len(_KNOWN) < _KEPT:
            _KNOWN[mark] = septets
    return septets
