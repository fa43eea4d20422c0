"""What is shown as different from the booking."""

from datetime import timedelta

import pytest

from care.dayboard.changes import changes_between
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.models import Decision
from tests.factories import BEFORE, make_decision, make_patient

pytestmark = pytest.mark.django_db

WHICH_DOSE = "Dette er dose 2, ikke dose 1 som bestilt."


@pytest.fixture
def decisions(db: None) -> tuple[Decision, Decision]:
    """One made for dose 1, and one of the same person for dose 2."""
    patient = make_patient()
    given = PreviousDose(
        BEFORE.date() - timedelta(days=60), Indication.PPV, abroad=True, documented=True
    )
    before = make_decision(patient=patient, now=BEFORE)
    return before, make_decision(patient=patient, now=BEFORE, previous_doses=(given,))


def test_dose_two_that_was_booked_as_dose_two_is_no_change(
    decisions: tuple[Decision, Decision],
) -> None:
    assert WHICH_DOSE not in changes_between(*decisions, booked_dose=2)


def test_dose_two_where_dose_one_was_booked_is_told(decisions: tuple[Decision, Decision]) -> None:
    assert WHICH_DOSE in changes_between(*decisions, booked_dose=1)
