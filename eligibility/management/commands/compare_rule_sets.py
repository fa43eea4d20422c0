"""`manage.py compare_rule_sets`: which cases another rule set would decide otherwise, and how."""

import json
from argparse import ArgumentParser
from typing import Any

from eligibility.domain.comparison import Difference, differences
from eligibility.domain.contract import decision_mapping
from eligibility.domain.rules import decide
from eligibility.management.replay import ReplayCommand


class Command(ReplayCommand):
    """Print the cases of a file that two rule sets decide differently."""

    help = (
        "Decides the cases of a file by two rule sets and prints what differs, a line for each "
        "case and field, cases counted from 0, and how many cases change. Faulty input: exit "
        "status 2 and one line for each fault. No database is needed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the two rule sets and the file."""
        parser.add_argument("before", metavar="A", help="the rule set to compare with")
        parser.add_argument("after", metavar="B", help="the rule set that may replace it")
        parser.add_argument("file", metavar="FILE", help='a JSON file, or "-" for standard input')

    def handle(self, **options: Any) -> None:
        """Print the differences, or the faults and leave with status 2."""
        before, after = self.rule_set(options["before"]), self.rule_set(options["after"])
        cases = self.read(options["file"]).answers
        changed = 0
        for number, answers in enumerate(cases):
            found = differences(
                decision_mapping(decide(answers, before)),
                decision_mapping(decide(answers, after)),
            )
            changed += bool(found)
            for difference in found:
                self.stdout.write(f"case {number}: {_in_words(difference)}")
        self.stdout.write(f"{changed} of {len(cases)} cases change")


def _in_words(difference: Difference) -> str:
    was, becomes = json.dumps(difference.before), json.dumps(difference.after)
    return f"{difference.field}: {was} -> {becomes}"
