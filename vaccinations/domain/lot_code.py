"""What stands on a vial or its box: a lot number, or a GS1 code that a scanner types."""

import re
from dataclasses import dataclass
from datetime import date

from biip import BiipException
from biip.gs1_messages import GS1Message

LONGEST = 100
# What a scanner may put before the code: how it was printed (AIM).
_SYMBOLOGY = re.compile(r"^\](d2|C1|Q3|e0)", re.IGNORECASE)
_SEPARATOR = "\x1d"
_LOOKS_LIKE_GS1 = re.compile(r"^(01\d{14}.|\(\d{2,4}\))")


class UnreadableCodeError(Exception):
    """The code cannot be read, or names no lot."""


@dataclass(frozen=True)
class LotCode:
    """A lot as a code names it: in capitals, without spaces at the ends.

    ``expires_on`` is the last day (AI 17), None where the code has none; a day 00 is the month's
    last. ``gtin`` (AI 01) and ``serial`` (AI 21) are "" where the code has none.
    """

    number: str
    expires_on: date | None = None
    gtin: str = ""
    serial: str = ""


def read_code(text: str) -> LotCode:
    """Read what was scanned or typed: a GS1 code with (10) lot, else a lot number as it stands.

    A GS1 code is known by how it begins, or by its separators. Raises UnreadableCodeError.
    """
    text = text.strip(" \t\r\n")
    if not text or len(text) > LONGEST:
        raise UnreadableCodeError
    marked = _SYMBOLOGY.match(text)
    code = text[marked.end() :] if marked else text
    if not (marked or _SEPARATOR in code or _LOOKS_LIKE_GS1.match(code)):
        return LotCode(number=_tidy(code))
    return _read_gs1(code.strip(_SEPARATOR))


def _read_gs1(code: str) -> LotCode:
    try:
        read = GS1Message.parse_hri(code) if code.startswith("(") else GS1Message.parse(code)
    except (BiipException, ValueError) as error:
        raise UnreadableCodeError from error
    expiry = read.element_strings.get(ai="17")
    found = {one.ai.ai: one.value for one in read.element_strings}
    if "10" not in found or (expiry and expiry.date is None):
        raise UnreadableCodeError
    return LotCode(
        number=_tidy(found["10"]),
        expires_on=expiry.date if expiry else None,
        gtin=found.get("01", ""),
        serial=found.get("21", ""),
    )


def _tidy(number: str) -> str:
    return number.strip().upper()
