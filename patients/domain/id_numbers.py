"""The numbers that tell people apart in Norway: national number, D-number, DUF number.

Checked by form only: a well-formed number says nothing about whose it is, and neither a birth date
nor a sex is ever taken from it: numbers from 2032 tell none, and sex is nobody's business here.

Help numbers that hospitals give each by themselves (H, month + 40) or together (FH, a first digit
of 8 or 9) are told apart and refused with a word of their own. They are no national identity: a
hospital's H-number may be another person's at the next one, so it must join nothing. Who has only
such a number has none here, and is known by what the ID shows.

The published library knows the check digits in force until 2032; those after are our own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stdnum.no import fodselsnummer

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
_H_NUMBER_MONTH = 40
_FH_NUMBER = frozenset("89")
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
    HELP_NUMBER = "help_number"
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
    them (the welfare administration's) cannot be told from a hospital's H-number. Raises
    InvalidIdNumberError.
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
        help_number = _is_help_number(digits)
        raise InvalidIdNumberError(IdNumberFault.HELP_NUMBER if help_number else IdNumberFault.DATE)
    if not (_has_check_digits(digits) or _has_check_digits_from_2032(digits)):
        raise InvalidIdNumberError(IdNumberFault.CHECK_DIGITS)
    return IdNumber(kind, digits)


def _is_help_number(digits: str) -> bool:
    """Tell whether a hospital gave the number: an H-number's day, or none (FH)."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    shaped = digits[0] in _FH_NUMBER or _is_date(day, month - _H_NUMBER_MONTH, year)
    return shaped and _has_check_digits(digits)


def _has_check_digits(digits: str) -> bool:
    first, second = (
        fodselsnummer.calc_check_digit1(digits),
        fodselsnummer.calc_check_digit2(digits),
    )
    return digits[9:] == first + second


def _has_check_digits_from_2032(digits: str) -> bool:
    return (
        _weighted_sum(digits, _FIRST_WEIGHTS) % 11 in _FIRST_REMAINDERS
        and _weighted_sum(digits, _SECOND_WEIGHTS) % 11 == 0
    )


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
