"""HPR numbers: the key of a health worker in the national register of health personnel."""

import re

# Seven digits for those registered long ago, nine for most. No check digit is published, so only
# the form is looked at: that the number is the person's own, the register alone can tell.
_FORM = re.compile(r"[1-9][0-9]{6,8}")


def hpr_number(text: str) -> str:
    """Return a number without the spaces people write in it. Raises ValueError on another form."""
    digits = "".join(text.split())
    if not _FORM.fullmatch(digits):
        raise ValueError("an HPR number has 7 to 9 digits")
    return digits
