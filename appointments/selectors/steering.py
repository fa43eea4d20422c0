"""Which free times to show first. We steer, we never hide."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from appointments.domain.slot_times import minute_of
from appointments.domain.time_bands import Band, band_of
from appointments.domain.vial_planning import expected_joiners, shortlist
from appointments.models import ClinicSession
from appointments.selectors.demand import demand_at
from appointments.selectors.places import WHOLE_VIAL_ROUTE, Place, SessionPlaces, policy_of
from clinics.domain.calendar import OSLO


def shown_first(
    wanted: Sequence[SessionPlaces], *, clinic_id: int, route: str, now: datetime
) -> frozenset[UUID]:
    """Return the times of ``wanted`` to show first: those that share a vial already planned.

    Where none does, those whose new vial is expected to fill, else the best of them. Nobody who
    takes a whole vial is steered: all times cost the same. No query, or one where none shares.
    """
    if route == WHOLE_VIAL_ROUTE or not wanted:
        return frozenset()
    places = [(one.session, place) for one in wanted for place in one.places]
    demand = cache(lambda: demand_at(clinic_id, now=now))
    policies = {one.session.pk: policy_of(one.session) for one in wanted}
    open_bands = {one.session.pk: bands_of(one.session) for one in wanted}

    def delta(candidate: tuple[ClinicSession, Place]) -> int:
        return 0 if candidate[1].shares_vial else 1

    def joiners(candidate: tuple[ClinicSession, Place]) -> float:
        session, place = candidate
        minute = minute_of(place.starts_at, session.starts_at)
        band = band_of(place.starts_at.astimezone(OSLO).time())
        return expected_joiners(
            (session.cutoff_at - now) / timedelta(days=1),
            minute,
            demand().rate,
            {minute: demand().popularity(band, open_bands[session.pk])},
            policies[session.pk],
        )

    chosen = shortlist(places, delta, joiners, policies[wanted[0].session.pk])
    return frozenset(place.slot_id for _, place in chosen)


def bands_of(session: ClinicSession) -> list[Band]:
    """Return the parts of the day in which a session has times, in order; no query.

    From opening to closing, hour by hour: also over a night with a clock change.
    """
    last = session.ends_at - timedelta(minutes=session.slot_minutes)
    hours = int((last - session.starts_at) / timedelta(hours=1)) + 1
    moments = [session.starts_at + timedelta(hours=number) for number in range(hours)] + [last]
    found = {band_of(moment.astimezone(OSLO).time()) for moment in moments}
    return [band for band in Band if band in found]
