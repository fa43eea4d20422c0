"""The migration that lets people be found by their birth date."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from patients.models import Patient
from patients.selectors import patients_born
from tests.factories import BORN, make_patient


@pytest.mark.django_db
def test_everybody_gets_the_hash_of_their_birth_date():
    people = {make_patient() for _ in range(3)}
    Patient.objects.update(birth_date_hash="")
    assert not patients_born(BORN).exists()

    hash_birth_dates = import_module("patients.migrations.0003_birth_date_hash").hash_birth_dates
    hash_birth_dates(apps, SimpleNamespace(connection=connection))

    assert set(patients_born(BORN)) == people
