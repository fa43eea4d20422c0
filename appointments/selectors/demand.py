"""How many people book at a clinic, from its own bookings."""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.db.models.functions import ExtractHour

from appointments.domain.demand import Demand
from appointments.domain.time_bands import Band, band_of
from appointments.models import Appointment
from clinics.domain.calendar import OSLO, oslo_date

RECENT = timedelta(days=7)  # for how many book a day
SINCE = timedelta(weeks=8)  # for the times of day


def demand_at(clinic_id: int, *, now: datetime) -> Demand:
    """Count a clinic's bookings: a day over the last week, by time of day over eight weeks.

    Whatever became of them: who booked wanted the time. One query, at most 24 rows.
    """
    by_hour = (
        Appointment.objects.filter(
            slot__session__clinic_id=clinic_id,
            slot__session__date__gte=oslo_date(now - SINCE),
            booked_at__isnull=False,
        )
        .values(hour=ExtractHour("slot__starts_at", tzinfo=OSLO))
        .annotate(number=Count("pk"), recent=Count("pk", filter=Q(booked_at__gt=now - RECENT)))
        .order_by()
    )
    by_band: Counter[Band] = Counter()
    recent = 0
    for row in by_hour:
        by_band[band_of(time(row["hour"]))] += row["number"]
        recent += row["recent"]
    return Demand(a_day=recent / RECENT.days, by_band=by_band)
