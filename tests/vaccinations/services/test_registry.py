"""What staff have entered in the national register is noted once (R38)."""

from datetime import timedelta
from typing import Any

import pytest

from audit.models import AuditEntry
from tests.factories import DAY, Day, at, make_clinic, make_day, make_dose, make_vial
from tests.invariants import assert_integrity
from vaccinations.domain.registry import ReportKind
from vaccinations.models import Dose, RegistryReport
from vaccinations.selectors.registry import overdue_counts, to_register
from vaccinations.services.registry import NotRegisteredError, mark_registered, take_back

pytestmark = pytest.mark.django_db
NOW = at("19.00")
GIVEN, VOIDED = ReportKind.GIVEN, ReportKind.VOIDED


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def dose(day: Day) -> Dose:
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    return make_dose(vial=vial, by=day.nurse)


def mark(day: Day, *doses: tuple[Dose, ReportKind], **fields: Any) -> int:
    given = {"clinic_id": day.clinic.pk, "on": DAY, "reference": "A1", "by": day.by, "now": NOW}
    return mark_registered(doses=[(one.pk, kind) for one, kind in doses], **given | fields)


def void(dose: Dose, day: Day) -> None:
    Dose.objects.filter(pk=dose.pk).update(voided_at=NOW, voided_by=day.nurse)


def due(day: Day) -> list[tuple[Dose, ReportKind]]:
    return [(row.dose, row.due.kind) for row in to_register(day.clinic.pk, now=NOW)]


def test_a_dose_is_due_until_it_is_marked(day: Day, dose: Dose) -> None:
    assert due(day) == [(dose, GIVEN)]

    assert mark(day, (dose, GIVEN)) == 1

    assert due(day) == []
    report = RegistryReport.objects.get()
    assert (report.dose, report.registered_on, report.reference) == (dose, DAY, "A1")
    assert AuditEntry.objects.get(action="dose.registered").patient_id == dose.patient_id
    assert_integrity(now=NOW)


def test_marking_twice_notes_it_once(day: Day, dose: Dose) -> None:
    mark(day, (dose, GIVEN))
    assert mark(day, (dose, GIVEN), reference="B2") == 0
    assert RegistryReport.objects.get().reference == "A1"


def test_another_clinics_dose_is_not_marked(day: Day, dose: Dose) -> None:
    elsewhere = make_clinic(slug="majorstua", name="Majorstua")
    assert mark(day, (dose, GIVEN), clinic_id=elsewhere.pk) == 0
    assert not RegistryReport.objects.exists()


def test_a_registered_dose_that_is_voided_is_due_again(day: Day, dose: Dose) -> None:
    mark(day, (dose, GIVEN))
    void(dose, day)
    assert due(day) == [(dose, VOIDED)]

    mark(day, (dose, VOIDED))

    assert due(day) == []
    assert_integrity(now=NOW)


def test_a_dose_voided_before_it_was_registered_needs_nothing(day: Day, dose: Dose) -> None:
    void(dose, day)
    assert due(day) == []
    assert mark(day, (dose, GIVEN), (dose, VOIDED)) == 0


def test_a_mark_by_mistake_is_taken_back_once(day: Day, dose: Dose) -> None:
    mark(day, (dose, GIVEN))
    report = RegistryReport.objects.get()
    take_back(report_id=report.pk, by=day.by, now=NOW)

    assert due(day) == [(dose, GIVEN)]
    with pytest.raises(NotRegisteredError):
        take_back(report_id=report.pk, by=day.by, now=NOW)
    assert mark(day, (dose, GIVEN)) == 1
    assert_integrity(now=NOW)


def test_after_a_week_it_is_overdue(day: Day, dose: Dose) -> None:
    week = timedelta(days=7)
    assert overdue_counts([day.clinic.pk], now=NOW + week) == {}
    assert overdue_counts([day.clinic.pk], now=NOW + week + timedelta(days=1)) == {day.clinic.pk: 1}


def test_the_list_takes_as_many_queries_for_many(day: Day, django_assert_num_queries: Any) -> None:
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    for _n in range(4):
        make_dose(vial=vial, by=day.nurse)
    with django_assert_num_queries(2):
        found = to_register(day.clinic.pk, now=NOW)
        names = [row.dose.patient.name + row.dose.lot.product.name for row in found]
    assert len(names) == 4
