"""The short code by which staff find who has come: on the patient's page, and typed or scanned.

No vowels, so it spells nothing, and no signs that are easily taken for others (B 8, S 5, Z 2,
G 6, O 0, I 1). It begins with a letter, so it is no date and no number of a person.
"""

from patients.domain.invisible import without_invisible

LETTERS = "CDFHJKLMNPQRTVWX"
SIGNS = LETTERS + "23456789"
LENGTH = 8


def code_of(digest: str) -> str:
    """Return the code made of a keyed hash of 64 hex digits: about 37 bits of it."""
    number = int(digest, 16)
    number, first = divmod(number, len(LETTERS))
    signs = [LETTERS[first]]
    for _place in range(LENGTH - 1):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)


def spoken(code: str) -> str:
    """Return a code as it is read out: in two groups of four."""
    return f"{code[:4]} {code[4:]}"


def read_code(text: str) -> str | None:
    """Return the code in what somebody typed or a scanner read; None when it is none."""
    code = "".join(without_invisible(text).split()).replace("-", "").upper()
    if len(code) != LENGTH or code[0] not in LETTERS or not set(code) <= set(SIGNS):
        return None
    return code
