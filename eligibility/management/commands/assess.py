"""`manage.py assess`: replay cases of the assessment contract, without a database."""

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand

from eligibility.domain.contract import decision_mapping, read_cases
from eligibility.domain.faults import ContractError, Fault, FaultCode
from eligibility.domain.rules import RULE_SETS, decide, newest_rule_set, rule_set_named

OSLO = ZoneInfo("Europe/Oslo")
FAULTY_INPUT = 2

WORDS = {
    FaultCode.NOT_JSON: "not JSON",
    FaultCode.NOT_CASES: "neither an object nor a list of objects",
    FaultCode.NOT_AN_OBJECT: "not an object",
    FaultCode.UNKNOWN_KEY: "unknown key",
    FaultCode.REPEATED_KEY: "key given more than once",
    FaultCode.MISSING: "missing",
    FaultCode.WRONG_TYPE: "wrong type",
    FaultCode.UNKNOWN_VALUE: "unknown value",
    FaultCode.IMPOSSIBLE_DATE: "not a possible date (YYYY-MM-DD)",
    FaultCode.BEFORE_1900: "before 1900",
    FaultCode.AFTER_ASSESSED_ON: "after assessed_on",
    FaultCode.BEFORE_BIRTH: "before date_of_birth",
}


class Command(BaseCommand):
    """Print the decision for each case of a file."""

    help = (
        "Decides cases of the assessment contract: one JSON object, or a list of them. "
        "Faulty input: exit status 2 and one line for each fault, with cases and list items "
        "counted from 0."
    )
    # A medical officer replays cases anywhere: no database, no checks of the web app.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and, if not the newest, the rule set."""
        parser.add_argument("file", help='a JSON file, or "-" for standard input')
        parser.add_argument(
            "--rule-set",
            default=newest_rule_set().name,
            choices=[rule_set.name for rule_set in RULE_SETS],
            help="default: the newest rule set in the code",
        )

    def handle(self, **options: Any) -> None:
        """Print decisions, or the faults and leave with status 2."""
        file: str = options["file"]
        try:
            text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            cases = read_cases(text, today=datetime.now(OSLO).date())
        except OSError as error:
            self._refuse([f"{file}: {error.strerror}"])
        except ContractError as error:
            self._refuse([_line(fault) for fault in error.faults])
        rules = rule_set_named(options["rule_set"])
        printed = [
            json.dumps(decision_mapping(decide(answers, rules))) for answers in cases.answers
        ]
        # A line for each case: two rule sets are compared with diff.
        self.stdout.write("[" + ",\n ".join(printed) + "]" if cases.is_list else printed[0])

    def _refuse(self, lines: list[str]) -> None:
        for line in lines:
            self.stderr.write(line)
        sys.exit(FAULTY_INPUT)


def _line(fault: Fault) -> str:
    """Return one line; a key from the input may hold line breaks, so it is escaped."""
    place = "input" if fault.case is None else f"case {fault.case}"
    field = json.dumps(fault.field)[1:-1]
    return ": ".join(filter(None, [place, field, WORDS[fault.code]]))
