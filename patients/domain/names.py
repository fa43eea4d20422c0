"""Names of people, as they are kept and shown."""

import unicodedata
from enum import StrEnum

from patients.domain.invisible import without_invisible

MAX_LENGTH = 80


class NameFault(StrEnum):
    """What is wrong with a name."""

    EMPTY = "empty"
    NO_LETTER = "no_letter"
    TOO_LONG = "too_long"


class InvalidNameError(ValueError):
    """A text that cannot be kept as a name; ``fault`` says why."""

    def __init__(self, fault: NameFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def clean_name(text: str) -> str:
    """Return a name of 1 to 80 characters: NFC, one space between words, nothing invisible.

    Nothing is guessed about what people are called: any script, one letter, hyphens and
    apostrophes are fine. Raises InvalidNameError.
    """
    name = unicodedata.normalize("NFC", without_invisible(text))
    if not name:
        raise InvalidNameError(NameFault.EMPTY)
    if not any(character.isalpha() for character in name):
        raise InvalidNameError(NameFault.NO_LETTER)
    if len(name) > MAX_LENGTH:
        raise InvalidNameError(NameFault.TOO_LONG)
    return name
