"""Counts the unopened vials that were lost at a session."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, Sum

from appointments.domain.session_states import RUNNING
from appointments.models import ClinicSession
from clinics.domain.calendar import OSLO
from vaccinations.models import LotEntry

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """What of a clinic's time is a session's: from, until (not including), and if it is the last.

    Of several sessions in a day it is the one that had begun last; what was before all of them is
    the first's, and what comes after, until midnight or the end of the session, the last's.
    """

    starts_at: datetime
    ends_at: datetime
    last: bool


def span_of(session: ClinicSession) -> Span:
    """Return a session's part of its clinic's time; one query."""
    near = list(
        ClinicSession.objects.filter(
            clinic_id=session.clinic_id,
            date__in=[session.date - _A_DAY, session.date],
            state__in=RUNNING,
        ).order_by("starts_at")
    )
    same_day = [one for one in near if one.date == session.date and one.pk != session.pk]
    later = [one.starts_at for one in same_day if one.starts_at > session.starts_at]
    starts_at = session.starts_at
    if not any(one.starts_at < session.starts_at for one in same_day):
        # A session of the day before may go on past midnight.
        before = [one.ends_at for one in near if one.date < session.date]
        starts_at = max([_midnight(session.date), *before])
    ends_at = min(later, default=max(_midnight(session.date + _A_DAY), session.ends_at))
    return Span(min(starts_at, session.starts_at), ends_at, last=not later)


def lost_unopened(session: ClinicSession) -> int:
    """Count the unopened vials that were written off at a session; two queries.

    What could not be opened any more that night counts on its last session, also when it is written
    off on a later day; what had gone out of date before is nobody's day.
    """
    span, midnight = span_of(session), _midnight(session.date)
    tomorrow = midnight + _A_DAY
    that_day = Q(at__gte=span.starts_at, at__lt=span.ends_at) & (
        Q(thawing__use_before__gt=midnight) | Q(thawing=None, lot__expires_on__gte=session.date)
    )
    counted = that_day
    if span.last:
        counted |= Q(
            at__gte=span.ends_at,
            thawing__use_before__gt=midnight,
            thawing__use_before__lte=tomorrow,
        )
    lost = LotEntry.objects.filter(
        counted,
        kind=LotEntry.Kind.LOSS,
        lot__clinic_id=session.clinic_id,
        lot__product_id=session.product_id,
    ).aggregate(vials=Sum("vials"))["vials"]
    return -(lost or 0)


def _midnight(day: date) -> datetime:
    """Return the moment that a day begins in Oslo."""
    return datetime.combine(day, time.min, tzinfo=OSLO)
