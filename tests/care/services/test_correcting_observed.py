"""A corrected record leaves those who sit in the waiting room where they are."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from appointments.models import Appointment
from appointments.services.observing import release
from audit.domain import Actor
from care.desk.reactions import reaction_shown
from care.services.reactions import start_anaphylaxis
from care.services.voiding import correct_dose
from clinics.domain.roles import Role
from tests.factories import Day, actor_of, at, make_day, make_staff
from tests.factories.visits import make_vaccinated
from tests.invariants import assert_integrity
from vaccinations.domain.reactions import Outcome, Seriousness
from vaccinations.models import Dose
from vaccinations.services.reactions import end_anaphylaxis

pytestmark = pytest.mark.django_db
GIVEN = at("17.42")
LONG_AFTER = GIVEN + timedelta(hours=1)


@pytest.fixture
def day() -> Day:
    return make_day()


@pytest.fixture
def lead(day: Day) -> Actor:
    return actor_of(make_staff(Role.LEAD, clinic=day.clinic), day.clinic, Role.LEAD)


def correct(came: Appointment, by: Actor, now: datetime, **what: Any) -> Dose:
    dose = came.dose
    assert dose
    told: dict[str, Any] = {
        "reason": "Feil arm",
        "vial_id": dose.vial_id,
        "route": dose.route,
        "volume_ml": dose.volume_ml,
        "site": Dose.Site.RIGHT_ARM,
        "given_at": dose.given_at,
        "vaccinator_id": dose.vaccinator_id,
        "deviation_reason": "",
    }
    right = correct_dose(dose_id=dose.pk, by=by, now=now, **(told | what))
    came.refresh_from_db()
    return right


def test_whom_nobody_let_go_is_observed_still_also_after_the_time_is_over(
    day: Day, lead: Actor
) -> None:
    came = make_vaccinated(day)
    until = came.observe_until

    correct(came, lead, now=LONG_AFTER)

    assert until is not None
    assert (came.observe_until, came.released_at) == (until, None)
    assert_integrity(now=LONG_AFTER)


def test_who_was_let_go_stays_so_long_after(day: Day, lead: Actor) -> None:
    came = make_vaccinated(day)
    until = came.observe_until
    release(appointment_id=came.pk, by=day.by, now=at("18.10"))

    correct(came, lead, now=LONG_AFTER)

    assert (came.observe_until, came.released_at) == (until, at("18.10"))
    assert came.released_by == day.nurse
    assert_integrity(now=LONG_AFTER)


def test_another_time_of_the_dose_ends_the_observation_at_another_time(
    day: Day, lead: Actor
) -> None:
    came = make_vaccinated(day)
    until = came.observe_until
    assert until

    correct(came, lead, now=LONG_AFTER, given_at=at("17.50"), deviation_reason="Feil tid")

    assert came.observe_until == until + timedelta(minutes=8)
    assert_integrity(now=LONG_AFTER)


def test_nobody_was_let_go_before_the_dose_as_it_was_corrected(day: Day, lead: Actor) -> None:
    came = make_vaccinated(day)
    release(appointment_id=came.pk, by=day.by, now=at("17.50"), early=True)
    correct(came, lead, now=LONG_AFTER, given_at=at("18.25"), deviation_reason="Feil tid")
    assert came.released_at == at("18.25")
    assert_integrity(now=LONG_AFTER)


def test_a_reaction_shows_the_dose_as_it_was_corrected(day: Day, lead: Actor) -> None:
    came = make_vaccinated(day)
    sheet = start_anaphylaxis(appointment_id=came.pk, by=day.by, now=at("17.50"))
    end_anaphylaxis(
        reaction_id=sheet.pk,
        description="x",
        treatment="y",
        seriousness=frozenset({Seriousness.NOT_SERIOUS}),
        outcome=Outcome.RECOVERED,
        by=day.by,
        now=at("18.00"),
    )

    right = correct(came, lead, now=LONG_AFTER)

    shown = reaction_shown(sheet.pk, now=LONG_AFTER)
    assert shown is not None
    assert shown.dose == right
