"""Two browsers with one code at once, on real PostgreSQL: one is let in."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from audit.domain import Actor
from clinics.domain.roles import Role
from patients.models import ActivatedBrowser, ActivationCode
from patients.services import activations
from patients.services.activations import ActivationRefusedError, activate, hand_over
from tests import factories
from tests.invariants import assert_integrity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]

BROWSERS = 4


def test_one_code_in_four_browsers_at_once_lets_one_in(monkeypatch: pytest.MonkeyPatch) -> None:
    patient = factories.see_id(factories.make_patient())
    nurse = factories.make_staff(Role.VACCINATOR)
    by = Actor.staff(nurse.pk, clinic_id=1, role=Role.VACCINATOR)
    code = hand_over(patient_id=patient.pk, clinic_id=1, by=by, now=factories.BEFORE)
    all_have_looked = Barrier(BROWSERS)
    person_of = activations.person_of

    def looked(patient_id):
        found = person_of(patient_id)
        all_have_looked.wait(20)  # each has found the code unused, and the birth date right
        return found

    monkeypatch.setattr(activations, "person_of", looked)

    def use(number: int) -> str:
        try:
            activate(
                code=code,
                born=patient.birth_date,
                pin="8302",
                name="",
                browser=f"{number:064}",
                address="",
                now=factories.BEFORE,
            )
        except ActivationRefusedError:
            return "refused"
        finally:
            connections.close_all()
        return "in"

    with ThreadPoolExecutor(BROWSERS) as pool:
        outcomes = Counter(pool.map(use, range(BROWSERS)))

    assert outcomes == {"in": 1, "refused": BROWSERS - 1}
    assert ActivatedBrowser.objects.count() == ActivationCode.objects.count() == 1
    assert_integrity(now=factories.BEFORE)
