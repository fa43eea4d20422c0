"""Readers of the contract's fields: a JSON value in, the domain's value out, faults noted.

A reader that notes a fault returns a stand-in: the case is refused anyway, and reading on finds the
other faults. A bool is never 0 or "yes", and null stands only for no exposure.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from eligibility.domain.answers import (
    Allergy,
    Contact,
    Exposure,
    Gender,
    Immunosuppressed,
    Indication,
    Occupation,
    PreviousDose,
    RiskBehaviour,
    SmallpoxEvidence,
    Sti,
)
from eligibility.domain.faults import FaultCode, FaultLog

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
# Takes the JSON value, its field's name and the log.
Reader = Callable[[object, str, FaultLog], Value]
Readers = Mapping[str, Reader[object]]

# date.fromisoformat also takes 20230523 and 2023-W21-2.
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Dose 2 is 28 days later; beyond this there is no such date.
LAST_DATE = date.max - timedelta(days=28)


class RepeatedKeysObject(dict[str, object]):
    """A JSON object that names a key twice; a plain dict would keep the last value silently."""

    repeated: tuple[str, ...] = ()


def read_bool(value: object, field: str, log: FaultLog) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        log.add(field, FaultCode.WRONG_TYPE)
    return value is True


def read_date(value: object, field: str, log: FaultLog) -> date | None:
    """Read a date as YYYY-MM-DD, and remember it for the check of their order."""
    if not isinstance(value, str):
        log.add(field, FaultCode.WRONG_TYPE)
        return None
    try:
        day = date.fromisoformat(value) if ISO_DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day > LAST_DATE:
        log.add(field, FaultCode.IMPOSSIBLE_DATE)
        return None
    log.dates[field] = day
    return day


def choice_of(kind: type[Choice]) -> Reader[Choice | None]:
    """Return a reader of one of an enumeration's values."""
    return partial(_read_choice, {member.value: member for member in kind})


def choices_of(kind: type[Choice]) -> Reader[frozenset[Choice]]:
    """Return a reader of a list of an enumeration's values; order and repetition mean nothing."""
    return partial(_read_choices, choice_of(kind))


def _read_choice(
    members: Mapping[str, Choice], value: object, field: str, log: FaultLog
) -> Choice | None:
    if not isinstance(value, str):
        log.add(field, FaultCode.WRONG_TYPE)
        return None
    member = members.get(value)
    if member is None:
        log.add(field, FaultCode.UNKNOWN_VALUE)
    return member


def _read_choices(
    read_one: Reader[Choice | None], value: object, field: str, log: FaultLog
) -> frozenset[Choice]:
    chosen = [
        read_one(item, f"{field}[{index}]", log)
        for index, item in enumerate(_read_list(value, field, log))
    ]
    return frozenset(choice for choice in chosen if choice is not None)


def read_exposure(value: object, field: str, log: FaultLog) -> Exposure | None:
    """Read null or an exposure."""
    if value is None:
        return None
    read = read_object(value, field, log, EXPOSURE_FIELDS, required=EXPOSURE_FIELDS.keys())
    return Exposure(**read) if _is_whole(read, EXPOSURE_FIELDS) else None


def read_previous_doses(value: object, field: str, log: FaultLog) -> tuple[PreviousDose, ...]:
    """Read the list of earlier doses."""
    doses = []
    for index, item in enumerate(_read_list(value, field, log)):
        read = read_object(item, f"{field}[{index}]", log, DOSE_FIELDS, required=DOSE_FIELDS.keys())
        if _is_whole(read, DOSE_FIELDS):
            doses.append(PreviousDose(**read))
    return tuple(doses)


def read_object(
    value: object, field: str, log: FaultLog, readers: Readers, *, required: Any
) -> dict[str, Any]:
    """Read a JSON object by a reader for each key; unknown, repeated and missing keys are faults.

    `field` is "" for the case itself. Returns the keys that were there and known.
    """
    if not isinstance(value, dict):
        log.add(field, FaultCode.WRONG_TYPE if field else FaultCode.NOT_AN_OBJECT)
        return {}
    prefix = f"{field}." if field else ""
    if isinstance(value, RepeatedKeysObject):
        for key in value.repeated:
            log.add(prefix + key, FaultCode.REPEATED_KEY)
    read = {}
    for key, item in value.items():
        reader = readers.get(key)
        if reader is None:
            log.add(prefix + key, FaultCode.UNKNOWN_KEY)
        else:
            read[key] = reader(item, prefix + key, log)
    for key in required:
        if key not in value:
            log.add(prefix + key, FaultCode.MISSING)
    return read


def _read_list(value: object, field: str, log: FaultLog) -> list[object]:
    if not isinstance(value, list):
        log.add(field, FaultCode.WRONG_TYPE)
        return []
    return value


def _is_whole(read: Mapping[str, object], readers: Readers) -> bool:
    return all(read.get(key) is not None for key in readers)


EXPOSURE_FIELDS: Readers = MappingProxyType(
    {"exposed_on": read_date, "contact": choice_of(Contact)}
)
DOSE_FIELDS: Readers = MappingProxyType(
    {
        "given_on": read_date,
        "indication": choice_of(Indication),
        "abroad": read_bool,
        "documented": read_bool,
    }
)
ANSWER_FIELDS: Readers = MappingProxyType(
    {
        "date_of_birth": read_date,
        "assessed_on": read_date,
        "gender": choice_of(Gender),
        "sex_with_men": read_bool,
        "sells_sex_to_men": read_bool,
        "hiv_positive": read_bool,
        "on_prep": read_bool,
        "risk_behaviours": choices_of(RiskBehaviour),
        "sti_last_24_months": choices_of(Sti),
        "occupation": choice_of(Occupation),
        "exposure": read_exposure,
        "pregnant": read_bool,
        "breastfeeding": read_bool,
        "immunosuppressed": choice_of(Immunosuppressed),
        "smallpox_evidence": choice_of(SmallpoxEvidence),
        "allergies": choices_of(Allergy),
        "fever_over_38": read_bool,
        "mpox_symptoms": read_bool,
        "had_mpox": read_bool,
        "keloid_tendency": read_bool,
        "atopic_eczema": read_bool,
        "previous_doses": read_previous_doses,
        "mpox_after_dose": read_bool,
        "local_reaction_persists": read_bool,
        "continuing_risk": read_bool,
    }
)
