"""The states of appointments and sessions as diagrams, drawn from the tables of moves."""

import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from appointments.domain.session_states import SESSION_MOVES, SessionState
from appointments.domain.status import ACTIVE, MOVES, OCCUPYING, Status

_BEGINNINGS = (
    (Status.HELD, "hold"),
    (Status.BOOKED, "book"),  # by staff, and the place of dose 2
)
_PAGE = """\
# States of an appointment

Generated from `appointments/domain/status.py`, the one table of states and moves; a test keeps this
page equal to it. After a change of the table:

    python -m appointments.domain.status_diagram > docs/states.md

```mermaid
{diagram}
```

- These take the seat: {occupying}.
- A patient has one of these for each dose at most: {active}.

# States of a session

From `appointments/domain/session_states.py`, in the same way.

```mermaid
{sessions}
```

- A session with people booked is never cancelled.
"""


def mermaid() -> str:
    """Draw the states and moves of an appointment as a Mermaid state diagram."""
    return _draw(Status, MOVES, _BEGINNINGS)


def session_mermaid() -> str:
    """Draw the states and moves of a session as a Mermaid state diagram."""
    return _draw(SessionState, SESSION_MOVES, ((SessionState.DRAFT, "plan"),))


def page() -> str:
    """Return the whole of docs/states.md."""
    return _PAGE.format(
        diagram=mermaid(),
        occupying=_named(OCCUPYING),
        active=_named(ACTIVE),
        sessions=session_mermaid(),
    )


def _draw(
    states: type[StrEnum], table: Mapping[Any, Any], beginnings: Iterable[tuple[StrEnum, str]]
) -> str:
    """Draw a table in its own order."""
    begin = [f"    [*] --> {state}: {name}" for state, name in beginnings]
    moves = [
        f"    {source} --> {goal}: {move}"
        for move, (sources, goal) in table.items()
        for source in states
        if source in sources
    ]
    left = {source for sources, _goal in table.values() for source in sources}
    ends = [f"    {state} --> [*]" for state in states if state not in left]
    return "\n".join(["stateDiagram-v2", *begin, *moves, *ends])


def _named(states: frozenset[Status]) -> str:
    return ", ".join(f"`{state}`" for state in Status if state in states)


if __name__ == "__main__":
    sys.stdout.write(page())
