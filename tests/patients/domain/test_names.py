import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.domain.names import InvalidNameError, NameFault, clean_name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Kari", "Kari"),
        ("  Anne   Marie\t", "Anne Marie"),
        ("O", "O"),
        ("D'Arcy-Ødegård", "D'Arcy-Ødegård"),
        ("A\u030agot", "Ågot"),
        ("محمد", "محمد"),
        ("王芳", "王芳"),
        ("Nils\u00a0Olav", "Nils Olav"),
        ("Two\nlines", "Two lines"),
    ],
)
def test_a_name_is_kept_as_people_write_it(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "hidden",
    ["\u200b", "\u200d", "\u202e", "\u2066", "\u200f", "\ufeff", "\u00ad", "\0", "\x1b", "\u3164"],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_a_character_that_shows_nothing_is_dropped(hidden: str) -> None:
    assert clean_name(f"{hidden}Ka{hidden}ri{hidden}") == "Kari"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", NameFault.EMPTY),
        (" \t\n", NameFault.EMPTY),
        ("\u200b\u202e\u3164", NameFault.EMPTY),
        ("- ' .", NameFault.NO_LETTER),
        ("12345", NameFault.NO_LETTER),
        ("🙂", NameFault.NO_LETTER),
        ("x" * 81, NameFault.TOO_LONG),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(typed: str, fault: NameFault) -> None:
    with pytest.raises(InvalidNameError) as refused:
        clean_name(typed)
    assert refused.value.fault == fault


def test_eighty_characters_are_a_name() -> None:
    assert clean_name("x" * 80) == "x" * 80


@given(st.text(alphabet=st.characters(codec=None), max_size=100))
def test_a_kept_name_is_printable_normal_and_stays_the_same_when_cleaned_again(typed: str) -> None:
    try:
        name = clean_name(typed)
    except InvalidNameError:
        return
    assert 1 <= len(name) <= 80
    assert name == unicodedata.normalize("NFC", name) == clean_name(name)
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in name)
    name.encode()
