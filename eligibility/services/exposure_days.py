"""Drops the days of an exposure when they mean nothing any more."""

from datetime import datetime, timedelta

from django.db.models import DateField as DateOf
from django.db.models import Exists, ExpressionWrapper, OuterRef
from django.db.models.functions import TruncDate

from clinics.domain.calendar import OSLO, oslo_date
from eligibility.domain.cases import ENDED, KEPT_FOR_DAYS, PREVENTS_DISEASE_FOR
from eligibility.models import ReviewCase
from eligibility.services.case_moves import EXPOSURE_DAYS
from vaccinations.models import Dose


def drop_exposure_days(*, now: datetime) -> int:
    """Drop them from ended cases, the day after the dose or after day 14; return how many.

    A case that still waits keeps them: whoever answers it must see how late it is (A10).
    """
    today = oslo_date(now)
    # Day 14 lies as long after day 4 whatever the day of the exposure, which is encrypted.
    last_day_4 = today - timedelta(days=KEPT_FOR_DAYS) + PREVENTS_DISEASE_FOR
    given_since = (
        Dose.objects.filter(patient__person_id=OuterRef("patient__person_id"), voided_at=None)
        .annotate(given_on=TruncDate("given_at", tzinfo=OSLO))
        .filter(
            given_on__lt=today,
            given_on__gte=ExpressionWrapper(
                OuterRef("prevents_until") - PREVENTS_DISEASE_FOR, output_field=DateOf()
            ),
        )
    )
    kept = ReviewCase.objects.filter(state__in=ENDED, prevents_until__isnull=False)
    over = kept.filter(prevents_until__lt=last_day_4) | kept.filter(Exists(given_since))
    return over.update(**dict.fromkeys(EXPOSURE_DAYS))
