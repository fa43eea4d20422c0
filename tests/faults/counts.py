"""The counts that the outbox promises, taken at the end of every fault."""

from dataclasses import dataclass

from notifications.models import Message
from notifications.selectors import could_not_be_reached
from tests.faults.messages import address_of
from tests.faults.world import World
from tests.invariants import assert_integrity


@dataclass(frozen=True)
class Counts:
    """All are 0, whatever went wrong."""

    # People who got the same SMS, or e-mail, twice or more.
    sms_twice: int
    email_twice: int
    # What has arrived, and whose row says neither sent nor unknown.
    unrecorded: int
    # What the row says was sent, and nobody got.
    lost: int
    # What failed or is unknown, and is not in the staff's list.
    unlisted: int


def counts(world: World) -> Counts:
    """Compare the table with what reached phones and mailboxes."""
    arrived = world.arrived()
    rows = {address_of(message): message for message in Message.objects.all()}
    assert set(arrived) <= set(rows)
    listed = set(Message.objects.filter(could_not_be_reached()))
    twice = [rows[to].channel for to, times in arrived.items() if times > 1]
    states = {to: rows[to].state for to in rows}
    return Counts(
        sms_twice=twice.count("sms"),
        email_twice=twice.count("email"),
        unrecorded=sum(states[to] not in {"sent", "unknown"} for to in arrived),
        lost=sum(state == "sent" and to not in arrived for to, state in states.items()),
        unlisted=sum(
            row.state in {"failed", "unknown"} and row not in listed for row in rows.values()
        ),
    )


def assert_kept(world: World) -> None:
    """Nothing twice, nothing unrecorded, nothing lost, nothing unlisted; the rows are sound."""
    assert counts(world) == Counts(0, 0, 0, 0, 0)
    assert_integrity(now=world.now())
