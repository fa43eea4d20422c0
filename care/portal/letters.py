"""Which words the PDF's font can write. What it cannot is said, and never comes out as boxes."""

import re
import unicodedata
from collections.abc import Container

from django.utils.translation import gettext as _

# Signs that the font lacks and that look like others.
_LIKE = str.maketrans("\u2010\u2011\u2012\u202f\u2009", "--–  ")
_SHOWS_NOTHING = frozenset({"Cf", "Cs", "Co"})


def writable(words: str, letters: Container[int]) -> str:
    """Return words as a font with these letters can write them; NFC.

    In place of each run of words with a letter that it lacks stands where they can be read.
    """
    notice = _("[kan ikke vises her, se JSON-filen]")
    composed = unicodedata.normalize("NFC", words.translate(_LIKE))
    shown = "".join(one for one in composed if unicodedata.category(one) not in _SHOWS_NOTHING)
    written = re.sub(r"\S+", lambda found: _word(found[0], letters, notice), shown)
    return re.sub(rf"{re.escape(notice)}(?:\s+{re.escape(notice)})+", notice, written)


def _word(word: str, letters: Container[int], notice: str) -> str:
    for known in (word, unicodedata.normalize("NFKC", word)):
        if all(ord(one) in letters for one in known):
            return known
    return notice
