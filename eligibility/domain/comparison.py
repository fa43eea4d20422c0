"""What differs between two decisions about the same case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eligibility.domain.contract import JsonObject

# The name of the rule set always differs.
NOT_COMPARED = frozenset({"guideline"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of the contract's decision, e.g. "course.doses", and its value before and after."""

    field: str
    before: object
    after: object


def differences(before: JsonObject, after: JsonObject) -> list[Difference]:
    """Return what differs between two decisions as the contract writes them, in its order."""
    return list(_between(before, after, ""))


def _between(
    before: Mapping[str, object], after: Mapping[str, object], prefix: str
) -> Iterator[Difference]:
    for key, was in before.items():
        field, becomes = prefix + key, after[key]
        if field in NOT_COMPARED or was == becomes:
            continue
        if isinstance(was, dict) and isinstance(becomes, dict):
            yield from _between(was, becomes, f"{field}.")
        else:
            yield Difference(field, was, becomes)
