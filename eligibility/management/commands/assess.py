"""`manage.py assess`: replay cases of the assessment contract, without a database."""

import json
from argparse import ArgumentParser
from typing import Any

from eligibility.domain.contract import decision_mapping
from eligibility.domain.rules import decide, newest_rule_set
from eligibility.management.replay import ReplayCommand


class Command(ReplayCommand):
    """Print the decision for each case of a file."""

    help = (
        "Decides cases of the assessment contract: one JSON object, or a list of them. "
        "Faulty input: exit status 2 and one line for each fault, with cases and list items "
        "counted from 0."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and, if not the newest, the rule set."""
        parser.add_argument("file", help='a JSON file, or "-" for standard input')
        parser.add_argument(
            "--rule-set",
            default=newest_rule_set().name,
            help="default: the newest rule set in the code",
        )

    def handle(self, **options: Any) -> None:
        """Print decisions, or the faults and leave with status 2."""
        rules = self.rule_set(options["rule_set"])
        cases = self.read(options["file"])
        printed = [
            json.dumps(decision_mapping(decide(answers, rules))) for answers in cases.answers
        ]
        # A line for each case, so that two outputs can be compared line by line.
        self.stdout.write("[" + ",\n ".join(printed) + "]" if cases.is_list else printed[0])
