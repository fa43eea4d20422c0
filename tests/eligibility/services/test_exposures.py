"""The exposure behind a stored decision: its day comes from the case, while it is kept."""

from datetime import timedelta

import pytest

from clinics.domain.calendar import oslo_date
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.models import ReviewCase
from eligibility.services.exposures import pepv_of, with_exposure
from tests.factories import OPENING, make_case, make_decision

pytestmark = pytest.mark.django_db
TODAY = oslo_date(OPENING)
EXPOSED_ON = TODAY - timedelta(days=2)


def dose(given_on: object) -> PreviousDose:
    return PreviousDose(given_on, Indication.PEPV, abroad=False, documented=True)  # type: ignore[arg-type]


def test_the_day_is_the_cases() -> None:
    case = make_case(exposed_on=EXPOSED_ON)

    kept = with_exposure(case.decision, [], on=TODAY + timedelta(days=1))

    assert kept.pepv is not None
    assert (kept.pepv.day, kept.pepv.deadline) == (2, EXPOSED_ON + timedelta(days=4))


def test_a_day_that_is_dropped_lies_more_than_14_days_back() -> None:
    case = make_case(exposed_on=EXPOSED_ON)
    ReviewCase.objects.update(exposed_on=None, prevents_until=None, deadline=None)
    on = TODAY + timedelta(days=20)

    kept = with_exposure(case.decision, [], on=on)

    assert kept.pepv is not None
    assert (on - TODAY).days + kept.pepv.day == 15
    assert pepv_of(case.decision) is None


def test_a_dose_given_since_has_answered_the_exposure() -> None:
    case = make_case(exposed_on=EXPOSED_ON)

    kept = with_exposure(case.decision, [dose(TODAY)], on=TODAY + timedelta(days=28))

    assert kept.pepv is None
    assert "R10" not in kept.reasons


def test_who_was_not_exposed_has_none() -> None:
    decision = make_decision()
    assert with_exposure(decision, [], on=TODAY).pepv is None
    assert pepv_of(decision) is None
