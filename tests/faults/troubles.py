"""What goes wrong with a message, written into its address, so that whoever carries it knows.

The numbers and addresses stand for one message each: what a phone got twice is a message sent
twice, whatever reference it had.
"""

from enum import IntEnum


class Trouble(IntEnum):
    """Where the sender is killed, or what its carrier does; each once, but for the ALWAYS ones."""

    NONE = 0
    # Killed: leased and not begun.
    AFTER_CLAIM = 1
    # Killed: begun and nothing said yet.
    AFTER_BEGIN = 2
    # Killed while the carrier listens.
    BEFORE_ACCEPTED = 3
    # Killed when the carrier has taken it, and has not said so.
    AFTER_ACCEPTED = 4
    # Killed when the carrier has said so, and the row does not.
    AFTER_ANSWER = 5
    # The carrier takes it and says nothing until the sender's patience ends.
    SILENT = 6
    ALWAYS_SILENT = 7
    # No such person.
    REFUSED = 8
    # The carrier takes it, and answers when the test lets it.
    HELD = 9


KILLS = (
    Trouble.AFTER_CLAIM,
    Trouble.AFTER_BEGIN,
    Trouble.BEFORE_ACCEPTED,
    Trouble.AFTER_ACCEPTED,
    Trouble.AFTER_ANSWER,
)


def address(channel: str, trouble: Trouble, number: int) -> str:
    """Return a phone number or an e-mail address that nobody else has."""
    if channel == "sms":
        return f"+47{40 + trouble}{number:06d}"
    return f"t{trouble}.{number}@example.org"


def trouble_of(to: str) -> Trouble:
    """Read the trouble out of an address."""
    if to.startswith("+47"):
        return Trouble(int(to[3:5]) - 40)
    return Trouble(int(to[1 : to.index(".")]))


def address_in(occasion: str) -> str:
    """Return whom a message is for: its occasion is the language and the address."""
    return occasion.partition(" ")[2]
