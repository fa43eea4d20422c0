"""What is read in the one box of the desk."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.dayboard.typed import Typed, read
from tests.patients.people import D_NUMBER, DUF_NUMBER

TODAY = date(2026, 11, 26)
BORN = date(1991, 3, 14)


@pytest.mark.parametrize(
    "text",
    ["14.03.1991", "14031991", "140391", "14.3.91", "14/3-1991", "14 03 1991", "1991-03-14"],
)
def test_a_birth_date_in_the_forms_that_people_write(text: str) -> None:
    assert read(text, today=TODAY) == Typed(born=BORN)


def test_a_year_without_its_century_is_the_latest_that_is_not_to_come() -> None:
    assert read("261126", today=TODAY).born == TODAY
    assert read("271126", today=TODAY).born == date(1926, 11, 27)


@pytest.mark.parametrize("text", ["Ås 140391", "14.03.1991 ås", "ås, 14.3.91"])
def test_a_name_and_a_birth_date_stand_together(text: str) -> None:
    typed = read(text, today=TODAY)
    assert (typed.born, typed.name.casefold()) == (BORN, "ås")


@pytest.mark.parametrize(
    ("text", "kind"),
    [("151086 95088", "national"), (D_NUMBER, "d_number"), (DUF_NUMBER, "duf")],
)
def test_a_number_of_a_person_whatever_its_kind(text: str, kind: str) -> None:
    number = read(text, today=TODAY).number
    assert number is not None
    assert number.kind == kind


def test_a_wrong_digit_is_told_and_is_not_taken_for_a_birth_date() -> None:
    assert read("15108695089", today=TODAY) == Typed(wrong_number=True)


@pytest.mark.parametrize("text", ["", "   ", "12345", "---", "🎉", "31.02.1991"])
def test_what_is_nothing_of_these_is_empty(text: str) -> None:
    assert read(text, today=TODAY).is_empty


@given(st.text(max_size=300))
def test_anything_may_be_typed(text: str) -> None:
    typed = read(text, today=TODAY)
    assert typed.born is None or typed.born <= TODAY


@given(st.dates(date(1927, 1, 1), TODAY))
def test_every_birth_date_is_read_with_and_without_its_century(born: date) -> None:
    assert read(f"{born:%d%m%Y}", today=TODAY).born == born
    assert read(f"{born:%d%m%y}", today=TODAY).born == born
