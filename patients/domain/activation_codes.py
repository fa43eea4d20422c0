"""The code that is handed over at a visit, and the PIN that a person makes for their own browser.

The code has the signs of the codes for the desk: no vowels, so it spells nothing, and none that is
easily taken for another. Ten of them are 45 bits.
"""

from collections.abc import Callable
from itertools import pairwise

from patients.domain.invisible import without_invisible

SIGNS = "CDFHJKLMNPQRTVWX23456789"
LENGTH = 10
SHORTEST_PIN, LONGEST_PIN = 4, 8


def new_code(choose: Callable[[str], str]) -> str:
    """Return a code whose signs ``choose`` picks, at random, we trust."""
    return "".join(choose(SIGNS) for _place in range(LENGTH))


def spoken(code: str) -> str:
    """Return a code as it is printed and read out: in two groups of five."""
    return f"{code[:5]} {code[5:]}"


def read_code(text: str) -> str | None:
    """Return the code in what somebody typed; None when it cannot be one."""
    code = "".join(without_invisible(text).split()).replace("-", "").upper()
    return code if len(code) == LENGTH and set(code) <= set(SIGNS) else None


def read_pin(text: str) -> str | None:
    """Return the PIN in what somebody typed, of four to eight digits; None when it is none."""
    pin = "".join(without_invisible(text).split())
    if not SHORTEST_PIN <= len(pin) <= LONGEST_PIN or not pin.isdecimal():
        return None
    return "".join(str(int(sign)) for sign in pin)


def is_easy(pin: str, *, birth_date: str) -> bool:
    """Tell whether who borrows the phone would try this PIN first.

    One digit over and over, digits in a row, or a part of the birth date (``YYYY-MM-DD``).
    """
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    year, month, day = birth_date.split("-")
    dates = (day + month + year, day + month + year[2:], year + month + day, month + day + year)
    return steps in ({0}, {1}, {9}) or any(pin in date for date in dates)
