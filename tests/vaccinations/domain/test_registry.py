"""Which doses the register has to be told of, for any days."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from vaccinations.domain.registry import DoseOnRecord, ReportKind, due_of, due_reports

DAYS = st.dates(date(2022, 1, 1), date(2030, 1, 1))
REPORTED = st.frozensets(st.sampled_from(ReportKind))


@st.composite
def doses(draw: st.DrawFn) -> DoseOnRecord:
    given_on = draw(DAYS)
    later = st.integers(0, 400).map(lambda days: given_on + timedelta(days=days))
    voided_on = draw(st.none() | later)
    return DoseOnRecord(draw(st.uuids()), given_on, voided_on, draw(REPORTED))


@given(doses(), DAYS)
def test_what_counts_and_is_not_registered_is_due(dose: DoseOnRecord, today: date) -> None:
    due = due_of(dose, today=today)
    lacks = dose.voided_on is None and ReportKind.GIVEN not in dose.reported
    assert lacks == (due is not None and due.kind is ReportKind.GIVEN)


@given(doses(), DAYS)
def test_what_was_registered_and_voided_is_to_be_struck_out(
    dose: DoseOnRecord, today: date
) -> None:
    due = due_of(dose, today=today)
    stands = dose.voided_on is not None and dose.reported == frozenset({ReportKind.GIVEN})
    assert stands == (due is not None and due.kind is ReportKind.VOIDED)


@given(doses(), DAYS)
def test_it_is_overdue_from_the_eighth_day(dose: DoseOnRecord, today: date) -> None:
    due = due_of(dose, today=today)
    if due is not None:
        since = dose.voided_on or dose.given_on
        assert due.overdue == ((today - since).days > 7)


@given(st.lists(doses(), max_size=8), DAYS)
def test_the_earliest_deadline_is_on_top(found: list[DoseOnRecord], today: date) -> None:
    due = due_reports(found, today=today)
    assert [one.deadline for one in due] == sorted(one.deadline for one in due)
    assert len(due) == sum(due_of(one, today=today) is not None for one in found)


def test_told_of_it_the_register_is_told_no_more() -> None:
    dose = DoseOnRecord(UUID(int=1), date(2026, 11, 26), None, frozenset({ReportKind.GIVEN}))
    assert due_of(dose, today=date(2027, 1, 1)) is None
