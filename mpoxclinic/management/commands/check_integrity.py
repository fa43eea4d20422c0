"""`manage.py check_integrity`: is everything true that must be true of the rows there are?"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrity.invariants import Fault, Invariant
from mpoxclinic.invariants import INVARIANTS, find_faults

AT_FAULT, WRONG_CODE = 1, 2


class Command(BaseCommand):
    """Print the rows that break an invariant."""

    help = (
        "Checks every invariant of the data. One line for each fault: the invariant's code, the "
        "table, the ids, what is wrong; never personal data. Exit status 1 when there is one. It "
        "only reads, from one snapshot, so it can run while the clinic works."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the format and the invariants to check."""
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
        parser.add_argument("--list", action="store_true", help="list the invariants, check none")
        parser.add_argument(
            "--only",
            action="append",
            metavar="CODE",
            help="check this invariant only; may be given several times",
        )

    def handle(self, **options: Any) -> None:
        """Print the faults and a summary, and leave with status 1 when there are any."""
        invariants = _chosen(options["only"])
        if options["list"]:
            for invariant in invariants:
                self.stdout.write(f"{invariant.code}: {invariant.says}")
            return
        faults = find_faults(invariants, now=timezone.now())
        report = self._print_json if options["json"] else self._print_lines
        if report(invariants, faults):
            sys.exit(AT_FAULT)

    def _print_lines(
        self, invariants: list[Invariant], faults: Iterable[tuple[Invariant, Fault]]
    ) -> bool:
        broken: Counter[str] = Counter()
        for invariant, fault in faults:
            broken[invariant.code] += 1
            self.stdout.write(f"{invariant.code} {fault.table} {','.join(fault.ids)}: {fault.what}")
        if broken:
            counts = ", ".join(f"{code} ({number})" for code, number in broken.items())
            self.stdout.write(f"{len(broken)} of {len(invariants)} invariants broken: {counts}")
        else:
            hold = "invariant holds" if len(invariants) == 1 else "invariants hold"
            self.stdout.write(f"{len(invariants)} {hold}")
        return bool(broken)

    def _print_json(
        self, invariants: list[Invariant], faults: Iterable[tuple[Invariant, Fault]]
    ) -> bool:
        found = [{"invariant": one.code, **asdict(fault)} for one, fault in faults]
        checked = [invariant.code for invariant in invariants]
        printed = {"holds": not found, "checked": checked, "faults": found}
        self.stdout.write(json.dumps(printed, indent=2))
        return bool(found)


def _chosen(codes: list[str] | None) -> list[Invariant]:
    """Return the invariants with these codes, or all. Raises CommandError for an unknown one."""
    by_code = {invariant.code: invariant for invariant in INVARIANTS}
    unknown = [code for code in codes or () if code not in by_code]
    if unknown:
        raise CommandError(
            f"No invariant is called {', '.join(unknown)}. They are: {', '.join(by_code)}",
            returncode=WRONG_CODE,
        )
    return [by_code[code] for code in codes] if codes else list(by_code.values())
