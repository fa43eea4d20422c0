"""What a vaccinated person has done about the clinic's fee."""

from enum import StrEnum


class Fee(StrEnum):
    """What is known of the fee; UNKNOWN until somebody has asked."""

    UNKNOWN = ""
    PAID = "paid"
    EXEMPT = "exempt"
    LATER = "later"


# Each of these settles it, as far as the day goes.
SETTLED = frozenset({Fee.PAID, Fee.EXEMPT, Fee.LATER})
