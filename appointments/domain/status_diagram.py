"""The states of an appointment as a diagram, drawn from the table of moves."""

import sys

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
"""


def mermaid() -> str:
    """Draw the states and moves as a Mermaid state diagram, in the order of the table."""
    begin = [f"    [*] --> {state}: {name}" for state, name in _BEGINNINGS]
    moves = [
        f"    {source} --> {goal}: {move}"
        for move, (sources, goal) in MOVES.items()
        for source in Status
        if source in sources
    ]
    left = {source for sources, _goal in MOVES.values() for source in sources}
    ends = [f"    {state} --> [*]" for state in Status if state not in left]
    return "\n".join(["stateDiagram-v2", *begin, *moves, *ends])


def page() -> str:
    """Return the whole of docs/states.md."""
    return _PAGE.format(diagram=mermaid(), occupying=_named(OCCUPYING), active=_named(ACTIVE))


def _named(states: frozenset[Status]) -> str:
    return ", ".join(f"`{state}`" for state in Status if state in states)


if __name__ == "__main__":
    sys.stdout.write(page())
