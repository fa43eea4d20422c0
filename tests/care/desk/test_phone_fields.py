"""Birth dates as people say them, on the phone."""

from datetime import date, timedelta

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from care.desk.phone_fields import ContactField, birth_date_field
from patients.domain.contact import Contact

TODAY = date(2026, 11, 26)


def read(text: str, today: date = TODAY) -> date:
    field = birth_date_field()
    field.today = today
    born: date = field.clean(text)
    return born


WRITTEN = (
    *("140391", "14.03.91", "14.3.91", "14/3/91", "14-03-91", "14 03 91", "١٤٠٣٩١"),
    *("14.03.1991", "14.3.1991", "14031991", "1991-03-14", " 14. 3. 1991 "),
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_birth_date_is_read_however_it_is_typed(text: str) -> None:
    assert read(text) == date(1991, 3, 14)


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("140345", date(1945, 3, 14)),
        ("261126", TODAY),
        ("271126", date(1926, 11, 27)),
        ("290200", date(2000, 2, 29)),
        ("290204", date(2004, 2, 29)),
    ],
)
def test_without_its_century_the_latest_year_is_meant_that_is_not_to_come(
    text: str, born: date
) -> None:
    assert read(text) == born


@given(st.dates(min_value=TODAY - timedelta(days=36_500), max_value=TODAY))
def test_everybody_under_a_hundred_is_read_right_from_six_figures(born: date) -> None:
    assert read(f"{born:%d%m%y}") == born


@pytest.mark.parametrize(
    "text", ["310291", "1403", "14039", "1403911", "14.03", "14.03.91x", "290203", "27.11.2026"]
)
def test_what_is_no_day_up_to_today_is_refused(text: str) -> None:
    with pytest.raises(forms.ValidationError):
        read(text)


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("41 23 45 67", Contact("sms", "+4741234567")),
        ("+46 70 123 45 67", Contact("sms", "+46701234567")),
        ("Alice@Example.org", Contact("email", "Alice@example.org")),
        ("  ", None),
    ],
)
def test_a_contact_is_a_number_or_an_address(text: str, contact: Contact | None) -> None:
    assert ContactField().clean(text) == contact
