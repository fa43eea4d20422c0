"""Opening, giving, recording, voiding, closing, undoing and recalling in any order keep the count.

Hypothesis chooses the steps, and the same ones in each run (``derandomize``): the suite's verdict
must not depend on luck. With MPOX_STATEFUL_EXAMPLES=300 it tries so many others, new ones each
time, and shortens what fails to the fewest steps that do.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.care.dayboard.stateful.machine import Evening
from tests.care.dayboard.stateful.world import SEEN

MORE = int(os.environ.get("MPOX_STATEFUL_EXAMPLES", "0"))
USUAL = 5


@pytest.mark.django_db
def test_in_any_order_every_vial_adds_up_and_no_dose_is_lost():
    SEEN.clear()
    chosen = settings(
        max_examples=MORE or USUAL,
        stateful_step_count=40,
        derandomize=not MORE,
        phases=[Phase.generate, Phase.shrink] if MORE else [Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Evening, settings=chosen)
    # It was no idle walk.
    services = {
        "open_vial",
        "vaccinate",
        "record_given",
        "void_dose",
        "close_empty",
        "throw_away",
        "reopen",
        "was_not_opened",
        "recall",
    }
    refusals = {
        "vaccinate: OutsideLimitsError",
        "vaccinate: VialClosedError",
        "give: OutsideLimitsError",
        "record_given: VialSpentError",
        "reopen: NotUndoneError",
        "was_not_opened: NotUndoneError",
    }
    assert (services | refusals) <= set(SEEN)
