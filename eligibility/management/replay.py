"""What commands share that replay cases of the assessment contract, without a database."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand

from eligibility.domain.contract import Cases, read_cases
from eligibility.domain.faults import ContractError, Fault, FaultCode
from eligibility.domain.rules import RuleSet, UnknownRuleSetError, rule_set_named

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


class ReplayCommand(BaseCommand):
    """A command that reads cases; faults go to standard error, one a line, with exit status 2."""

    # A medical officer replays cases anywhere: no database, no checks of the web app.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def read(self, file: str) -> Cases:
        """Read the cases of a file, "-" for standard input, or leave with status 2."""
        try:
            text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            return read_cases(text, today=datetime.now(OSLO).date())
        except OSError as error:
            self.refuse([f"{file}: {error.strerror}"])
        except ContractError as error:
            self.refuse(_line(fault) for fault in error.faults)

    def rule_set(self, name: str) -> RuleSet:
        """Return the rule set with a name, or leave with status 2."""
        try:
            return rule_set_named(name)
        except UnknownRuleSetError as error:
            self.refuse([str(error)])

    def refuse(self, lines: Iterable[str]) -> NoReturn:
        """Say what is wrong and leave."""
        for line in lines:
            self.stderr.write(line)
        sys.exit(FAULTY_INPUT)


def _line(fault: Fault) -> str:
    """Return one line; a key from the input may hold line breaks, so it is escaped."""
    place = "input" if fault.case is None else f"case {fault.case}"
    field = json.dumps(fault.field)[1:-1]
    return ": ".join(filter(None, [place, field, WORDS[fault.code]]))
