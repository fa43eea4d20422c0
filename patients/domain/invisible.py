"""Characters that show nothing, which people paste without knowing it."""

import unicodedata

# Control, format (zero width, right-to-left marks), surrogate, private use.
_UNSHOWN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co"})
# Letters and marks in name, blank on the screen: a joiner, and four Hangul fillers.
_BLANK_CHARACTERS = frozenset("\u034f\u115f\u1160\u3164\uffa0")


def without_invisible(text: str) -> str:
    """Drop characters that show nothing; every run of white space becomes one space.

    Zero-width and bidirectional controls can make two names look alike, or one name look like
    another; contact lists paste them around telephone numbers.
    """
    spaced = " ".join(text.split())
    shown = "".join(
        character
        for character in spaced
        if unicodedata.category(character) not in _UNSHOWN_CATEGORIES
        and character not in _BLANK_CHARACTERS
    )
    return " ".join(shown.split())
