"""The language that somebody needs an interpreter for, as people write it."""

import unicodedata
from enum import StrEnum

from patients.domain.invisible import without_invisible

MAX_LENGTH = 60


class LanguageFault(StrEnum):
    """What is wrong with the name of a language."""

    NO_LETTER = "no_letter"
    TOO_LONG = "too_long"


class InvalidLanguageError(ValueError):
    """A text that cannot be kept as the name of a language; ``fault`` says why."""

    def __init__(self, fault: LanguageFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def clean_language(text: str) -> str:
    """Return the name of a language, at most 60 characters, nothing invisible; "" stays "".

    No list is looked up: "arabisk, kvinnelig tolk" and a language in its own script are fine.
    Raises InvalidLanguageError.
    """
    language = unicodedata.normalize("NFC", without_invisible(text))
    if language and not any(character.isalpha() for character in language):
        raise InvalidLanguageError(LanguageFault.NO_LETTER)
    if len(language) > MAX_LENGTH:
        raise InvalidLanguageError(LanguageFault.TOO_LONG)
    return language
