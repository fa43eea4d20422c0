"""Two who mark the same dose at once note it once, on real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from tests.factories import DAY, Day, at, make_day, make_dose, make_vial
from tests.invariants import assert_integrity
from vaccinations.domain.registry import ReportKind
from vaccinations.models import Dose, RegistryReport
from vaccinations.services.registry import mark_registered

NOW = at("19.00")


def both(work: object) -> list[object]:
    start = Barrier(2, timeout=20)

    def _one(_number: int) -> object:
        try:
            start.wait()
            return work()  # type: ignore[operator]
        except IntegrityError:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_one, range(2)))


@pytest.fixture
def day(transactional_db: None) -> Day:
    return make_day()


@pytest.fixture
def dose(day: Day) -> Dose:
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    return make_dose(vial=vial, by=day.nurse)


@pytest.mark.django_db(transaction=True)
def test_two_who_mark_a_dose_at_once_note_it_once(day: Day, dose: Dose) -> None:
    def _mark() -> int:
        return mark_registered(
            clinic_id=day.clinic.pk,
            doses=[(dose.pk, ReportKind.GIVEN)],
            on=DAY,
            reference="",
            by=day.by,
            now=NOW,
        )

    assert sorted(map(str, both(_mark))) == ["0", "1"]
    assert RegistryReport.objects.count() == 1
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_second_is_refused_by_the_constraint(day: Day, dose: Dose) -> None:
    looked = Barrier(2, timeout=20)

    def _careless() -> str:
        there = RegistryReport.objects.filter(dose=dose, taken_back_at=None).exists()
        looked.wait()
        if not there:
            RegistryReport.objects.create(
                dose=dose, kind="given", registered_on=DAY, by=day.nurse, at=NOW
            )
        return "made"

    assert sorted(map(str, both(_careless))) == ["made", "refused"]
