"""What checks outside the project rely on: names, signatures, purity, and time."""

import ast
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from time import process_time

import pytest

from appointments.domain import vial_planning
from appointments.domain.vial_planning import VialPolicy, deltas, plan_batches

SOURCES = sorted(Path(vial_planning.__file__).parent.glob("vial_*.py"))


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("min_vials", "times span cap"),
        ("plan_batches", "times policy movable"),
        ("deltas", "times free policy"),
        ("expected_joiners", "day_lead minute rate popularity policy"),
        ("shortlist", "wanted delta joiners policy"),
        ("propose_moves", "times movable policy"),
        ("cutoff_invites", "n_booked policy"),
        ("spare_dose_probability", "drawn remaining pending policy"),
        ("invite_now", "now expiry closing drawn remaining pending policy"),
        ("hold_minutes", "now waiting future policy"),
        ("hindsight_vials", "arrivals window_min yields max_wait"),
    ],
)
def test_each_function_has_the_parameters_of_the_contract(name: str, parameters: str):
    assert list(signature(getattr(vial_planning, name)).parameters) == parameters.split()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_only_the_standard_library_is_used_and_neither_a_clock_nor_chance(source: Path):
    for node in ast.walk(ast.parse(source.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            ours = name.startswith("appointments.domain.vial_")
            assert ours or name.split(".")[0] in sys.stdlib_module_names
            assert name not in {"random", "secrets", "time", "datetime"}


def fastest_ms(act: Callable[[], object]) -> float:
    """Time the best of many runs, untraced: coverage slows plain Python several times."""
    best = float("inf")
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        for _ in range(20):
            begun = process_time()
            act()
            best = min(best, process_time() - begun)
    finally:
        sys.settrace(tracing)
    return best * 1000


def test_a_full_day_is_planned_within_its_time_bars():
    policy = VialPolicy(window_min=60)
    slots = [slot * 10 for slot in range(48)]
    booked = sorted(slots[index * 7 % 48] for index in range(60))
    crowd = sorted(slots[index * 7 % 48] for index in range(240))
    assert fastest_ms(lambda: deltas(booked, slots, policy)) < 1
    assert fastest_ms(lambda: plan_batches(crowd, policy)) < 10
    assert fastest_ms(lambda: plan_batches(crowd, policy, movable=range(240))) < 60
