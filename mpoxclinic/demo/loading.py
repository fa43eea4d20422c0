"""Loads the demo, part by part. Each part looks whether it is there already."""

from datetime import UTC, datetime, timedelta

from django.db import transaction

from audit.services.recording import after_the_seals
from clinics.domain.calendar import oslo_date
from mpoxclinic.demo import cases, coming, cutoff, past, sessions, today, waiting
from mpoxclinic.demo.clinics import load_clinics
from mpoxclinic.demo.messages import past_messages_ended
from mpoxclinic.demo.stock import load_stock, thaw_for
from mpoxclinic.demo.visits import let_go_whose_time_is_over

WEEKS_AHEAD = timedelta(weeks=9)
THAWED_TODAY = 12


@transaction.atomic
def load_demo(*, now: datetime) -> None:
    """Load what is missing for a demo at this moment; what is there already stays as it is."""
    with after_the_seals():
        # Steps are of real time, also in a night with a clock change.
        _load(now.astimezone(UTC))


def _load(now: datetime) -> None:
    clinics = load_clinics(now=now)
    product = load_stock(clinics, now=now)
    day = oslo_date(now)
    with past_messages_ended(now=now):
        for clinic in clinics.all:
            # Today the weekly clinic has the session that is under way.
            first = day + timedelta(days=1 if clinic == clinics.weekly else 0)
            sessions.open_regular(clinic, product, first, day + WEEKS_AHEAD)
        past.load_past(clinics, product, now=now)
        past.catch_up(clinics, now=now)
        if sessions.under_way(clinics.weekly, now=now):
            return
        coming.load_dose_two_to_place(clinics, now=now)
        by = clinics.nurse_at(clinics.weekly)
        session = sessions.open_under_way(clinics.weekly, product, by=by, now=now)
        thaw_for(session, THAWED_TODAY, by=by, now=now)
        today.load_today(session, by=by, now=now)
        let_go_whose_time_is_over(now=now)
        sessions.open_in_two_days(clinics.weekly, product, now=now)
        coming.load_coming(clinics, now=now)
        cutoff.load_tomorrow(clinics, product, now=now)
        coming.load_just_now(clinics, now=now)
        cases.load_cases(clinics, now=now)
        waiting.load_waiting(clinics, now=now)
