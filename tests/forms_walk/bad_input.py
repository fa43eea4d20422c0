"""What people, broken browsers and attackers send, by the kind of value that is due."""

import re

MISSING: list[str] = []
EMPTY = ["", "   "]
UNSEEN = ["\u200b\u200b", "\u202e\u202c", "\ufeff"]
# Ends a string, an attribute, a comment and a tag, and asks a browser, a template, a format and the
# database to run what follows.
TRICK = (
    "xq7z'\"--></textarea></title><script>xq7z</script><img src=x onerror=xq7z>"
    "{{'xq7z'|upper}}{% debug %}{xq7z.__class__}%(xq7z)s%n'; SELECT pg_sleep(9); --"
)
# The same for those who may write what they like, with room for it.
SPICE = " '\"><b xq7z>{{'xq7z'|upper}}"
# What it would look like if any of them had.
RAN = re.compile(r"<(script>|img src=x onerror=|b )xq7z|XQ7Z")
MARKUP = [TRICK]
EMOJI = ["🎉"]
NUL = ["\x00", "1\x002"]
LONG = ["9" * 300, "x" * 20_000]
ARABIC = ["مرحبا"]

# Each is a list of the values sent under the field's name: [] sends nothing.
Sent = list[str]


class Typed(list[Sent]):
    """Bad values of a field that takes whatever people write, signs and all."""


def _alone(*values: str) -> list[Sent]:
    return [[value] for value in values]


_ANY = [MISSING, *_alone(*EMPTY, *UNSEEN, *MARKUP, *EMOJI, *NUL, *LONG, *ARABIC)]


def choice(good: str) -> list[Sent]:
    """Where one of some values is due; also the good one with another after it."""
    return [*_ANY, ["12345"], ["-1"], [good.upper() + "?"], [good, "finnes-ikke"]]


def several(none: str, other: str) -> list[Sent]:
    """Where ticks are due; "none of them" beside a tick contradicts itself."""
    return [*_ANY, ["finnes-ikke"], [other, "finnes-ikke"], [none, other]]


def several_or_none(other: str) -> list[Sent]:
    """Where ticks may be left out."""
    return [*_ANY[1:], ["finnes-ikke"], [other, "finnes-ikke"]]


def day() -> list[Sent]:
    """Where a date up to today is due."""
    wrong = ("31.02.1991", "00.00.0000", "29.02.1991", "14.13.1991", "14.03.9999", "01.01.0001")
    future = ("01.01.2030", "27.11.2026")
    words = ("i går", "14. mars 1991 kl. 10", "1991", "-14.03.1991", "14.03.91x", "1e9")
    return [*_ANY, *_alone(*wrong, *future, *words), ["14.03.1991", "31.02.1991"]]


def name() -> list[Sent]:
    """Where a person's name is due: any script is fine, figures and signs alone are not."""
    refused = ["12345", "<>&", "---", "A" * 81, "A" * 20_000]
    values = _alone(*EMPTY, *UNSEEN, *EMOJI, *NUL, *refused)
    return Typed([MISSING, *values, ["Alice", "12345"]])


def language() -> list[Sent]:
    """Where the name of a language may stand: empty is an answer, figures and signs are not."""
    return [*_alone(*EMOJI, *NUL, "12345", "<>&", "---", "A" * 61, "A" * 20_000)]


def call_name() -> list[Sent]:
    """Where a name may stand: empty is an answer, figures and signs are not."""
    return Typed(_alone(*EMOJI, *NUL, "12345", "<>&", "---", "A" * 81, "A" * 20_000))


def id_number() -> list[Sent]:
    """Where a number of a person is due."""
    wrong = ("15108695089", "32139112345", "123456789012", "1234567890", "abc", "1510 86 950 8")
    return [*_ANY, *_alone(*wrong)]


def sought() -> list[Sent]:
    """Where something to look for is due: a name, a day, a number or a code."""
    nothing = (*EMPTY, *UNSEEN, *EMOJI, *NUL, *LONG, "12345", "---")
    return [MISSING, *_alone(*nothing, "15108695089")]


def code() -> list[Sent]:
    """Where six figures are due."""
    return [*_ANY, *_alone("12345", "1234567", "abcdef", "12 34 5", "-12345"), ["123456", "x"]]


def phone() -> list[Sent]:
    """Where a mobile number is due."""
    return [
        *_ANY,
        *_alone("12345", "22 00 00 00", "+47", "800 HJELP", "+1 900 123 4567", "820 00 000"),
    ]


def email() -> list[Sent]:
    """Where an e-mail address is due."""
    wrong = (
        "alice",
        "alice@",
        "@example.org",
        "a b@example.org",
        "a@b",
        f"{'a' * 300}@example.org",
    )
    return [*_ANY, *_alone(*wrong, "alice@example.org\nBcc: bob@example.org x")]


def key() -> list[Sent]:
    """Where the key of a row is due, out of sight or as a choice: tampered with, or another's."""
    nobody = "00000000-0000-0000-0000-000000000000"
    return [*_ANY, *_alone(nobody, "-1", "1 OR 1=1", "9" * 30, "../../etc/passwd")]


def too_long(most: int) -> list[Sent]:
    """Where any text is due but one longer than ``most`` characters."""
    signs = ("x", "å", "9", "ع", "🎉", "<", "%", "x ")
    return Typed(_alone(*(sign * (most + 1) for sign in signs), "x" * 20_000))


def number(below: int, above: int) -> list[Sent]:
    """Where a whole number may be given, between two."""
    wrong = (str(below), str(above), "-1", "0", "2,5", "2.5", "1e1", "x", "9" * 30)
    return _alone(*wrong, *UNSEEN, *MARKUP, *EMOJI, *NUL, *LONG, *ARABIC)


def words() -> list[Sent]:
    """Where sentences are due."""
    return Typed([MISSING, *_alone(*EMPTY, *UNSEEN), *words_if_any()])


def words_if_any() -> list[Sent]:
    """Where sentences may be left out: too long, or with what cannot be stored."""
    long = ("x" * 2001, "x" * 20_000, "🎉" * 2001, "<b>" * 700, "å" * 3000, "مرحبا" * 500)
    return Typed(_alone(*NUL, *long))


def new_password() -> list[Sent]:
    """Where a password is chosen: too short, or figures only."""
    return [MISSING, [""], *_alone("feil", "elleve tegn", *EMOJI, *UNSEEN, *NUL, "9" * 300)]


def password() -> list[Sent]:
    """Where a password is due. Blanks may be part of one."""
    return [MISSING, [""], *_alone("feil", *MARKUP, *EMOJI, *UNSEEN, *NUL, *LONG)]
