from typing import Any
from uuid import uuid4

import pytest

from notifications.domain.recipient import Recipient
from patients.domain.contact import Contact
from patients.selectors import (
    contact_hash,
    patients_by_contact,
    patients_by_contact_hash,
    recipients,
)
from tests.patients.people import alice

pytestmark = pytest.mark.django_db


def test_recipients_are_found_together_in_one_query(django_assert_num_queries: Any) -> None:
    first = alice(language="en")
    second = alice(phone="", email="bob@example.org", contact_by="email", language="nn")
    with django_assert_num_queries(1):
        found = recipients([first.pk, second.pk, uuid4()])
    assert found == {
        first.pk: Recipient("en", "+4741234567", "", "sms", person_id=first.pk),
        second.pk: Recipient("nn", "", "bob@example.org", "email", person_id=second.pk),
    }


def test_patients_are_found_by_contact_however_it_is_spelt() -> None:
    patient = alice(email="Alice@Example.org", contact_by="both")
    assert list(patients_by_contact(Contact("email", "aLICE@example.org"))) == [patient]
    assert list(patients_by_contact(Contact("sms", "+4741234567"))) == [patient]
    assert not patients_by_contact(Contact("sms", "+4741234568"))


def test_a_family_that_shares_a_telephone_is_found_together() -> None:
    assert {alice().pk, alice(given_name="Bob").pk} == {
        patient.pk for patient in patients_by_contact(Contact("sms", "+4741234567"))
    }


def test_patients_without_contact_are_found_by_none() -> None:
    alice(phone="", contact_by="none")
    assert not patients_by_contact(Contact("email", ""))
    assert not patients_by_contact_hash("")


def test_a_contact_is_looked_up_by_a_hash_that_differs_by_channel() -> None:
    assert contact_hash(Contact("sms", "x")) != contact_hash(Contact("email", "x"))
    assert len(contact_hash(Contact("sms", "+4741234567"))) == 64
