"""Words that tell what a clinic does or for whom: no message, sender or name of a place has them.

Whoever reads a telephone over a shoulder must learn nothing about its owner.
"""

import re
import unicodedata

# Anywhere in a word: Norwegian writes words together.
_STEMS = (
    "apekopp",
    "chlamydia",
    "gonor",
    "group",
    "gruppe",
    "hepatit",
    "homofil",
    "homosex",
    "imvamune",
    "imvanex",
    "injection",
    "injeksjon",
    "jynneos",
    "kjønnssyk",
    "klamydia",
    "mva-bn",
    "pox",
    "seksu",
    "sexual",
    "smitte",
    "sprøyte",
    "syfilis",
    "syphilis",
    "vaccin",
    "vaksin",
    "venereal",
    "venerisk",
    "virus",
)
# Only as a word of its own, or its beginning: "archive" has hiv in it, and "prepare" prep.
_BEGINNINGS = ("dose", "immuni")
_WHOLE = ("bifil", "gay", "hiv", "msm", "prep")
_FORBIDDEN = re.compile(
    "|".join(
        [
            rf"\w*(?:{'|'.join(map(re.escape, _STEMS))})\w*",
            rf"\b(?:{'|'.join(_BEGINNINGS)})\w*",
            rf"\b(?:{'|'.join(_WHOLE)})\b",
        ]
    )
)


def forbidden_words(text: str) -> list[str]:
    """Return the words of a text that tell too much, in small letters, in order, each once.

    Words of all languages are looked for in each: an English message must not have a Norwegian
    one. What is put between the letters to hide a word, such as a soft hyphen, hides nothing.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(mark for mark in plain if unicodedata.category(mark) != "Cf")
    return list(dict.fromkeys(_FORBIDDEN.findall(seen)))
