"""The assessment contract: JSON in, answers; a decision, JSON out.

Keys, values and defaults are those of the contract; every fault of every case is found.
"""

import json
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from eligibility.domain.answers import Answers, Exposure, PreviousDose
from eligibility.domain.contract_fields import ANSWER_FIELDS, RepeatedKeysObject, read_object
from eligibility.domain.decision import Course, Decision, Pepv
from eligibility.domain.faults import ContractError, Fault, FaultCode, FaultLog

JsonObject = dict[str, Any]

EARLIEST_BIRTH = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of one input, and whether it was a list."""

    answers: tuple[Answers, ...]
    is_list: bool


def read_cases(text: bytes | str, *, today: date) -> Cases:
    """Read a JSON object or a list of objects as cases.

    `today` is the default of `assessed_on`. Raises ContractError with every fault of every case.
    """
    try:
        raw = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise ContractError([Fault(None, "", FaultCode.NOT_JSON)]) from None
    if not isinstance(raw, dict | list):
        raise ContractError([Fault(None, "", FaultCode.NOT_CASES)])
    answers: list[Answers] = []
    faults: list[Fault] = []
    for case, item in enumerate(raw if isinstance(raw, list) else [raw]):
        try:
            answers.append(answers_from_mapping(item, today=today, case=case))
        except ContractError as error:
            faults.extend(error.faults)
    if faults:
        raise ContractError(faults)
    return Cases(tuple(answers), is_list=isinstance(raw, list))


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    keys = [key for key, _ in pairs]
    marked = RepeatedKeysObject(plain)
    marked.repeated = tuple(key for key in plain if keys.count(key) > 1)
    return marked


def answers_from_mapping(raw: object, *, today: date, case: int = 0) -> Answers:
    """Read one case of the contract from a JSON-like mapping.

    `today` is the default of `assessed_on`, `case` the number in the faults.
    Raises ContractError with every fault.
    """
    log = FaultLog(case)
    read = read_object(raw, "", log, ANSWER_FIELDS, required=["date_of_birth"])
    if isinstance(raw, dict) and "assessed_on" not in raw:
        read["assessed_on"] = log.dates["assessed_on"] = today
    _check_order(log)
    if log.faults:
        raise ContractError(log.faults)
    return Answers(**read)


def _check_order(log: FaultLog) -> None:
    """Note dates before birth or after the assessment, and births that cannot be."""
    happened = dict(log.dates)
    born = happened.pop("date_of_birth", None)
    assessed_on = happened.pop("assessed_on", None)
    if born is not None and born < EARLIEST_BIRTH:
        log.add("date_of_birth", FaultCode.BEFORE_1900)
    if born is not None and assessed_on is not None and born > assessed_on:
        log.add("date_of_birth", FaultCode.AFTER_ASSESSED_ON)
        born = None  # the fault is the birth's: nothing is measured by it
    for field, day in happened.items():
        if assessed_on is not None and day > assessed_on:
            log.add(field, FaultCode.AFTER_ASSESSED_ON)
        if born is not None and day < born:
            log.add(field, FaultCode.BEFORE_BIRTH)


def answers_mapping(answers: Answers) -> JsonObject:
    """Return a case as the contract's JSON-like mapping, every key written out."""
    return {field.name: json_of(getattr(answers, field.name)) for field in fields(Answers)}


def json_of(value: object) -> object:
    """Return an answer as the contract's JSON-like value."""
    match value:
        case date():
            return value.isoformat()
        case frozenset():
            return sorted(str(item) for item in value)
        case tuple():
            return [json_of(item) for item in value]
        case Exposure() | PreviousDose():
            return {field.name: json_of(getattr(value, field.name)) for field in fields(value)}
        case str():
            return str(value)
        case _:
            return value


def decision_mapping(decision: Decision) -> JsonObject:
    """Return a decision as the contract's JSON-like mapping; dates are ISO strings."""
    return {
        "guideline": decision.guideline,
        "outcome": decision.outcome.value,
        "indication": decision.indication and decision.indication.value,
        "priority_group": decision.priority_group,
        "setting": decision.setting and decision.setting.value,
        "course": decision.course and _course_mapping(decision.course),
        "pepv": decision.pepv and _pepv_mapping(decision.pepv),
        "reasons": list(decision.reasons),
        "advice": list(decision.advice),
        "flags": [flag.value for flag in decision.flags],
    }


def _course_mapping(course: Course) -> JsonObject:
    return {
        "doses": course.doses,
        "route": course.route.value,
        "volume_ml": float(course.volume_ml),
        "next_dose": course.next_dose,
        "min_interval_days": course.min_interval_days,
        "earliest_on": course.earliest_on.isoformat(),
    }


def _pepv_mapping(pepv: Pepv) -> JsonObject:
    return {
        "day": pepv.day,
        "window": pepv.window.value,
        "deadline": pepv.deadline.isoformat(),
    }
