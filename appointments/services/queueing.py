"""One request at a time about somebody of whom there may be no row yet."""

from appointments.locks import queue_up


def one_at_a_time(key_hash: str) -> None:
    """Wait until no other transaction is about what a keyed hash names; until this one ends."""
    queue_up(key_hash)
