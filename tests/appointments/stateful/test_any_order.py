"""Booking, holding, moving, cancelling, waiting and answering in any order lose nobody.

Hypothesis chooses the steps, and the same ones in each run (``derandomize``): the suite's verdict
must not depend on luck. With MPOX_STATEFUL_EXAMPLES=300 it tries so many others, new ones each
time, and shortens what fails to the fewest steps that do.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.appointments.stateful.machine import Clinic
from tests.appointments.stateful.world import SEEN

MORE = int(os.environ.get("MPOX_STATEFUL_EXAMPLES", "0"))
USUAL = 5


@pytest.mark.django_db
def test_nobody_is_lost_and_no_seat_is_double_in_any_order(valkey):
    SEEN.clear()
    chosen = settings(
        max_examples=MORE or USUAL,
        stateful_step_count=50,
        derandomize=not MORE,
        phases=[Phase.generate, Phase.shrink] if MORE else [Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Clinic, settings=chosen)
    # It was no idle walk.
    assert {"answer", "book", "cancel", "confirm", "hold", "make_wait", "rebook"} <= set(SEEN)
