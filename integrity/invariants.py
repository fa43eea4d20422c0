"""What must be true of the rows there are, and how an app says it.

Each app lists its ``INVARIANTS`` in ``integrity.py``; ``manage.py check_integrity`` asks them all.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Fault:
    """Rows that break an invariant: their table and ids, and what is wrong in plain words.

    Never personal data: it is printed, and somebody mails the print to somebody.
    """

    table: str
    ids: tuple[str, ...]
    what: str


# Finds the rows at fault at a moment; only the invariants about sweeps look at the moment.
Find = Callable[[datetime], Iterable[Fault]]


@dataclass(frozen=True)
class Invariant:
    """One thing that is always true. ``says`` is a sentence; ``find`` looks for exceptions."""

    code: str
    says: str
    find: Find


class CodeTakenError(Exception):
    """Two invariants have the same code."""


class Invariants:
    """The invariants of an app, in the order they were written."""

    def __init__(self, *parts: Iterable[Invariant]) -> None:
        self._by_code: dict[str, Invariant] = {}
        for part in parts:
            for invariant in part:
                self._keep(invariant)

    def add(self, code: str, says: str) -> Callable[[Find], Find]:
        """Decorate the function that finds what breaks it. Raises CodeTakenError."""

        def keep(find: Find) -> Find:
            self._keep(Invariant(code, says, find))
            return find

        return keep

    def _keep(self, invariant: Invariant) -> None:
        if invariant.code in self._by_code:
            raise CodeTakenError(invariant.code)
        self._by_code[invariant.code] = invariant

    def __iter__(self) -> Iterator[Invariant]:
        return iter(self._by_code.values())
