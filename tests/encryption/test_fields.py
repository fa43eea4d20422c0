from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from encryption.fields import (
    EncryptedDateField,
    EncryptedJSONField,
    EncryptedTextField,
    UnreadableValueError,
    decrypt,
    encrypt,
)
from patients.models import Patient
from tests.patients.people import NOW

TEXT = st.text(st.characters(codec="utf-8"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=5,
)
FIELDS: list[EncryptedTextField] = [
    EncryptedTextField(),
    EncryptedDateField(),
    EncryptedJSONField(),
]


def stored(field: EncryptedTextField, value: Any) -> Any:
    return field.get_prep_value(value)


def read(field: EncryptedTextField, value: Any) -> Any:
    return field.from_db_value(value, None, connection)


@given(TEXT)
def test_any_text_comes_back(plain: str) -> None:
    assert decrypt(encrypt(plain)) == plain


@given(TEXT.filter(lambda text: len(text) > 2))
def test_what_is_stored_does_not_hold_the_text(plain: str) -> None:
    assert plain not in encrypt(plain)


def test_nothing_stays_nothing() -> None:
    assert encrypt("") == decrypt("") == ""
    assert stored(EncryptedTextField(), "") == ""
    assert read(EncryptedTextField(), "") == ""


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: type(field).__name__)
def test_null_stays_null(field: EncryptedTextField) -> None:
    assert stored(field, None) is None
    assert read(field, None) is None


def test_one_text_is_stored_differently_each_time() -> None:
    assert encrypt("Alice") != encrypt("Alice")


@given(st.dates())
def test_any_date_comes_back_as_a_date(day: date) -> None:
    field = EncryptedDateField()
    assert read(field, stored(field, day)) == day
    assert read(field, stored(field, day.isoformat())) == day


@given(JSON)
def test_any_json_comes_back(value: Any) -> None:
    field = EncryptedJSONField()
    assert read(field, stored(field, value)) == value


def test_a_value_under_another_key_is_unreadable(settings: Any) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["the first key of thirty-two bytes or more"]
    under_first = encrypt("Alice")
    settings.FIELD_ENCRYPTION_KEYS = ["the second key of thirty-two bytes or more"]
    with pytest.raises(UnreadableValueError):
        decrypt(under_first)


@pytest.mark.parametrize("broken", ["Alice", "gAAAAA", "\0", "å"])
def test_a_value_that_is_not_encrypted_is_unreadable_rather_than_shown(broken: str) -> None:
    with pytest.raises(UnreadableValueError):
        decrypt(broken)


def test_a_value_that_was_changed_is_unreadable() -> None:
    sealed = encrypt("Alice")
    place = len(sealed) // 2
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
    with pytest.raises(UnreadableValueError):
        decrypt(changed)


def test_after_rotation_old_values_open_and_new_ones_need_the_new_key(settings: Any) -> None:
    old, new = "the old key of thirty-two bytes or more", "the new key of thirty-two bytes or more"
    settings.FIELD_ENCRYPTION_KEYS = [old]
    under_old = encrypt("Alice")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    under_new = encrypt("Bob")
    assert (decrypt(under_old), decrypt(under_new)) == ("Alice", "Bob")
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert decrypt(under_new) == "Bob"
    with pytest.raises(UnreadableValueError):
        decrypt(under_old)


@pytest.mark.parametrize(
    "condition",
    [
        {"given_name": "Alice"},
        {"given_name__in": ["Alice"]},
        {"given_name__icontains": "ali"},
        {"birth_date": date(1991, 5, 17)},
        {"birth_date__lt": date(1991, 5, 17)},
    ],
    ids=str,
)
def test_a_look_up_by_an_encrypted_value_is_refused(condition: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        Patient.objects.filter(**condition)


@pytest.mark.django_db
def test_a_missing_value_can_be_looked_for() -> None:
    Patient.objects.create(
        given_name="Alice", family_name="Ågren", birth_date=date(1991, 5, 17), created_at=NOW
    )
    assert not Patient.objects.filter(given_name__isnull=True).exists()
    assert Patient.objects.get(given_name__isnull=False).birth_date == date(1991, 5, 17)
