"""`manage.py simulate_clinic`: how much vaccine each way of booking throws away."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm  # type: ignore[import-untyped]

from appointments.simulation.comparison import Comparison, make_row, table
from appointments.simulation.period import Totals, run_period
from appointments.simulation.picture import draw_waste
from appointments.simulation.scenario import (
    CONDUCTS,
    PUBLIC,
    Conduct,
    ImpossibleScenarioError,
    Scenario,
)
from appointments.simulation.world import make_world

# Field of the scenario, type, and what it is if not given (the demo clinic).
NUMBERS: tuple[tuple[str, type, float, str], ...] = (
    ("window_hours", float, 2, "how long an opened vial may be used, in hours"),
    ("demand", float, 20, "requests for each clinic day"),
    ("no_show", float, 0.10, "share of the booked who stay away, 0 to 0.8"),
    ("stations", int, 1, "people served at each time"),
    ("days", int, 20, "clinic days"),
    ("lead", int, 10, "days from the release of the times to the first clinic day"),
)
MOST_SEEDS = 1000


class Command(BaseCommand):
    """Run clinic periods in memory and compare the policies."""

    # A planner runs it anywhere: no database, no checks of the web app.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False
    help = (
        "Simulates clinic periods, each policy with the same people and vials, and prints what "
        "came of it. Nothing is read from or written to the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the scenario's numbers, seeds, policies, and where the results go."""
        for field, kind, default, words in NUMBERS:
            parser.add_argument(
                _option(field), type=kind, metavar="N", help=f"{words} (default: {default:g})"
            )
        parser.add_argument(
            "--public", action="store_true", help="the five scenarios of the benchmark instead"
        )
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first seed")
        parser.add_argument(
            "--seeds", type=int, default=20, metavar="N", help="how many seeds (default: 20)"
        )
        parser.add_argument(
            "--policy",
            action="append",
            choices=list(CONDUCTS),
            help="only this policy; may be given more than once",
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
        parser.add_argument("--plot", metavar="FILE.svg", help="also draw the waste")

    def handle(self, **options: Any) -> None:
        """Run, print and draw."""
        scenarios = _scenarios(options)
        seeds = _seeds(options["seed"], options["seeds"])
        conducts = [
            conduct
            for name, conduct in CONDUCTS.items()
            if name in (options["policy"] or list(CONDUCTS))
        ]
        picture = _picture_file(options["plot"])
        comparisons = self._compare(scenarios, conducts, seeds, quiet=options["verbosity"] == 0)
        if options["json"]:
            found = {"seeds": list(seeds), "scenarios": [each.data() for each in comparisons]}
            self.stdout.write(json.dumps(found, indent=2))
        else:
            self.stdout.write(_printed(comparisons, seeds))
        if picture:
            draw_waste(comparisons, picture)
            self.stderr.write(f"Drawn: {picture}")

    def _compare(
        self,
        scenarios: Sequence[Scenario],
        conducts: Sequence[Conduct],
        seeds: range,
        *,
        quiet: bool,
    ) -> list[Comparison]:
        """Run each policy on each seed; the bar is shown on a terminal only."""
        periods = len(scenarios) * len(seeds) * len(conducts)
        comparisons = []
        with tqdm(
            total=periods,
            unit="period",
            file=self.stderr,
            disable=quiet or not self.stderr.isatty(),
        ) as progress:
            for scenario in scenarios:
                totals = dict.fromkeys(conducts, Totals())
                for seed in seeds:
                    world = make_world(scenario, seed)
                    for conduct in conducts:
                        totals[conduct] += run_period(world, conduct)
                        progress.update()
                rows = [make_row(conduct, sums) for conduct, sums in totals.items()]
                comparisons.append(Comparison(scenario, rows))
        return comparisons


def _option(field: str) -> str:
    return "--" + field.replace("_", "-")


def _scenarios(options: dict[str, Any]) -> Sequence[Scenario]:
    given = {field: options[field] for field, *_ in NUMBERS if options[field] is not None}
    if options["public"]:
        if given:
            raise CommandError(
                f"--public has scenarios of its own: leave out {_option(next(iter(given)))}"
            )
        return PUBLIC
    defaults = {field: kind(default) for field, kind, default, _ in NUMBERS}
    try:
        return [Scenario(**defaults | given)]
    except ImpossibleScenarioError as error:
        raise CommandError(
            f"{_option(error.field)} must be from {error.least:.3g} to {error.most:g}, "
            f"not {given[error.field]:g}"
        ) from error


def _seeds(first: int, count: int) -> range:
    if not 1 <= count <= MOST_SEEDS:
        raise CommandError(f"--seeds must be from 1 to {MOST_SEEDS}, not {count}")
    return range(first, first + count)


def _picture_file(name: str | None) -> Path | None:
    """Check before the long run that the picture can be written after it."""
    if not name:
        return None
    file = Path(name)
    if file.suffix != ".svg":
        raise CommandError(f"--plot draws SVG: {name} should end in .svg")
    if not file.parent.is_dir():
        raise CommandError(f"--plot: there is no folder {file.parent}")
    try:
        file.open("ab").close()
    except OSError as error:
        raise CommandError(f"--plot: {name}: {error.strerror}") from error
    return file


def _printed(comparisons: Sequence[Comparison], seeds: range) -> str:
    parts = []
    for comparison in comparisons:
        scenario = comparison.scenario
        heading = (
            f"{scenario.name}, no-show {scenario.no_show:.0%}, "
            f"{scenario.days} days, seeds {seeds[0]} to {seeds[-1]}"
        )
        parts.append(f"{heading}\n{table(comparison.rows)}")
    return "\n\n".join(parts)
