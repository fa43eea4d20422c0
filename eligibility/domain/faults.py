"""What can be wrong with a case of the assessment contract."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FaultCode(StrEnum):
    """One kind of fault. Their words live with the command."""

    NOT_JSON = "not_json"
    NOT_CASES = "not_cases"
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_KEY = "unknown_key"
    REPEATED_KEY = "repeated_key"
    MISSING = "missing"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_VALUE = "unknown_value"
    IMPOSSIBLE_DATE = "impossible_date"
    BEFORE_1900 = "before_1900"
    AFTER_ASSESSED_ON = "after_assessed_on"
    BEFORE_BIRTH = "before_birth"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, its field ("" for the whole case) and its case from 0 (None for the whole input)."""

    case: int | None
    field: str
    code: FaultCode


class ContractError(ValueError):
    """The input breaks the contract; `faults` holds every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


class FaultLog:
    """Collects the faults of one case, and its dates, whose order is checked last."""

    def __init__(self, case: int) -> None:
        self._case = case
        self.faults: list[Fault] = []
        self.dates: dict[str, date] = {}

    def add(self, field: str, code: FaultCode) -> None:
        """Note a fault of a field."""
        self.faults.append(Fault(self._case, field, code))
