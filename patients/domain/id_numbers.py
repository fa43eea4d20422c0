"""The numbers that tell people apart in Norway: national number, D-number, DUF number.

Checked by form only: a well-formed number says nothing about whose it is. Help numbers of
hospitals (H, month + 40, and FH, day + 80) are no national identity and are refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from patients.domain.invisible import without_invisible

_BETWEEN_DIGITS = re.compile(r"[\s\-.\u2010-\u2015]")
_DIGITS = re.compile(r"[0-9]+")

# Skatteetaten, "Nytt fødselsnummer fra 2032".
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
# Numbers given out from 2032 leave one of these after the first check digit; older ones leave 0.
_FIRST_REMAINDERS = frozenset({0, 1, 2, 3})
# The directorate keeps the rule of DUF numbers to itself; this one is Statistics Norway's (KOSTRA).
_DUF_WEIGHTS = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)

_D_NUMBER_DAY = 40
# Invented people: the tax authority's, the health network's and the welfare administration's.
_SYNTHETIC_MONTHS = (80, 65, 40)


class IdKind(StrEnum):
    """What kind of number it is."""

    NATIONAL = "national"
    D_NUMBER = "d_number"
    DUF = "duf"


class IdNumberFault(StrEnum):
    """What is wrong with a number."""

    NOT_DIGITS = "not_digits"
    LENGTH = "length"
    DATE = "date"
    CHECK_DIGITS = "check_digits"
    OTHER_KIND = "other_kind"


class InvalidIdNumberError(ValueError):
    """A text that is no such number; ``fault`` says why."""

    def __init__(self, fault: IdNumberFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class IdNumber:
    """A well-formed number: its kind and its 11 digits, 12 for DUF."""

    kind: IdKind
    digits: str = field(repr=False)


def parse_id_number(text: str, *, allow_synthetic: bool = False) -> IdNumber:
    """Read a number, with or without spaces, and tell its kind.

    ``allow_synthetic`` also takes the numbers of invented people, for demo and test; some of
    them cannot be told from a hospital's help number. Raises InvalidIdNumberError.
    """
    digits = _BETWEEN_DIGITS.sub("", without_invisible(text))
    if not _DIGITS.fullmatch(digits):
        raise InvalidIdNumberError(IdNumberFault.NOT_DIGITS)
    if len(digits) == 12:
        return _duf_number(digits)
    if len(digits) == 11:
        return _eleven_digits(digits, allow_synthetic=allow_synthetic)
    raise InvalidIdNumberError(IdNumberFault.LENGTH)


def birth_dates_of(number: IdNumber, *, allow_synthetic: bool = False) -> tuple[date, ...]:
    """Return the days a number may have been given for, the latest first; none for DUF.

    The century cannot be read from it (numbers from 2032), so there are two in most cases.
    """
    if number.kind == IdKind.DUF:
        return ()
    day, month, year = (int(number.digits[at : at + 2]) for at in (0, 2, 4))
    if number.kind == IdKind.D_NUMBER:
        day -= _D_NUMBER_DAY
    if allow_synthetic:
        month -= next((added for added in _SYNTHETIC_MONTHS if month > added), 0)
    found = []
    for century in (2000, 1900):
        try:
            found.append(date(century + year, month, day))
        except ValueError:  # 29 February 1900
            continue
    return tuple(found)


def _eleven_digits(digits: str, *, allow_synthetic: bool) -> IdNumber:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    kind = IdKind.NATIONAL
    if day > _D_NUMBER_DAY:
        day, kind = day - _D_NUMBER_DAY, IdKind.D_NUMBER
    if allow_synthetic:
        month -= next((added for added in _SYNTHETIC_MONTHS if month > added), 0)
    if not _is_date(day, month, year):
        raise InvalidIdNumberError(IdNumberFault.DATE)
    if (
        _weighted_sum(digits, _FIRST_WEIGHTS) % 11 not in _FIRST_REMAINDERS
        or _weighted_sum(digits, _SECOND_WEIGHTS) % 11 != 0
    ):
        raise InvalidIdNumberError(IdNumberFault.CHECK_DIGITS)
    return IdNumber(kind, digits)


def _duf_number(digits: str) -> IdNumber:
    if digits[:2] not in {"19", "20"}:  # the year of the application comes first
        raise InvalidIdNumberError(IdNumberFault.DATE)
    if _weighted_sum(digits, _DUF_WEIGHTS) % 11 != int(digits[10:]):
        raise InvalidIdNumberError(IdNumberFault.CHECK_DIGITS)
    return IdNumber(IdKind.DUF, digits)


def _is_date(day: int, month: int, year: int) -> bool:
    """Tell whether a day is in the calendar of any century: the number no longer says which.

    2000 was a leap year, so a day of the 1900s is one of the 2000s as well.
    """
    try:
        date(2000 + year, month, day)
    except ValueError:
        return False
    return True


def _weighted_sum(digits: str, weights: Iterable[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
