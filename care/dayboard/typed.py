"""What somebody typed into the one box of the desk, or a scanner: a code, a number, a day, a name.

Plain functions of the text and the day.
"""

import re
from dataclasses import dataclass
from datetime import date

from appointments.domain.arrival_codes import read_code
from patients.domain.id_numbers import IdNumber, InvalidIdNumberError, parse_id_number
from patients.domain.invisible import without_invisible

LONGEST = 200
_EARLIEST = date(1900, 1, 1)
# Digits together, or day, month and year with signs or spaces between.
_DAY = re.compile(
    r"(?<!\d)(?:(\d{1,2})\s*[.,/-]\s*(\d{1,2})\s*[.,/-]\s*(\d{4}|\d{2})|(\d{2})(\d{2})(\d{4}|\d{2})"
    r"|(\d{1,2}) (\d{1,2}) (\d{4}))(?!\d)"
)
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


@dataclass(frozen=True)
class Typed:
    """What was read in a text; more than one may be meant, and then all must fit.

    ``wrong_number``: it is as long as a number of a person, and is none.
    """

    code: str | None = None
    number: IdNumber | None = None
    born: date | None = None
    name: str = ""
    wrong_number: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.code or self.number or self.born or self.name)


def read(text: str, *, today: date, allow_synthetic: bool = False) -> Typed:
    """Read what was typed. Without a century, the latest year is meant that is not to come."""
    text = without_invisible(text)[:LONGEST]
    if code := read_code(text):
        return Typed(code=code)
    try:
        return Typed(number=parse_id_number(text, allow_synthetic=allow_synthetic))
    except InvalidIdNumberError:
        digits = sum(sign.isdecimal() for sign in text)
        if digits in {11, 12} and not any(sign.isalpha() for sign in text):
            return Typed(wrong_number=True)
    born, rest = _day_in(text, today)
    name = " ".join(rest.replace(",", " ").split())
    return Typed(born=born, name=name if any(sign.isalpha() for sign in name) else "")


def _day_in(text: str, today: date) -> tuple[date | None, str]:
    iso, written = _ISO_DAY.search(text), _DAY.search(text)
    found = iso or written
    if found is None:
        return None, text
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    parts = [part for part in found.groups() if part]
    if iso:
        parts.reverse()
    day, month = int(parts[0]), int(parts[1])
    years = [int(parts[2])]
    if len(parts[2]) == 2:
        this = today.year // 100 * 100
        years = [this + years[0], this - 100 + years[0]]
    for year in years:
        try:
            born = date(year, month, day)
        except ValueError:
            continue
        if _EARLIEST <= born <= today:
            return born, rest
    return None, rest
