"""How often what may be done, and what happens when nobody can count: one table."""

import logging
from dataclasses import dataclass
from enum import Enum, auto

import redis

from encryption.keys import keyed_hash
from limits.counting import Limit, count

logger = logging.getLogger(__name__)


class WithoutValkey(Enum):
    """What becomes of an attempt while Valkey does not answer (ADR 49)."""

    OPEN = auto()  # it goes on, and the log says that nobody counts
    CLOSED = auto()  # the outage page: try again in half a minute


@dataclass(frozen=True)
class Rule:
    """The most times in a window; 0: not counted by that.

    An address may be shared by a clinic, a student village or a telephone company, so it is
    allowed many times what one account, contact or browser is.
    """

    name: str
    seconds: int
    account: int = 0
    contact: int = 0
    browser: int = 0
    address: int = 0
    without_valkey: WithoutValkey = WithoutValkey.CLOSED


# At most 25 guesses an hour at a contact's code, of a million, whatever browsers they come from.
# Of one address as many as may book from it: each of them needs one.
CODE = Rule("code", 3600, contact=5, browser=10, address=200)
# Of one address: a waiting room or a student village shares one, and a robot that throws its
# cookie away each time has one too.
HOLD = Rule("hold", 3600, browser=30, address=200)
BOOKING = Rule("booking", 3600, contact=10, browser=10, address=200)
# Codes handed over at a visit, and the PINs of browsers they let in: each has its own few attempts
# too, so this is against who tries many.
ACTIVATION = Rule("activation", 3600, browser=10, address=50)
PIN = Rule("pin", 3600, browser=10, address=50)
ID_PORTEN = Rule("id-porten", 600, browser=20, address=200)
# A nurse who cannot find the person at the desk is worse than one who searches uncounted.
LOOK_UP = Rule("look-up", 600, account=200, address=3000, without_valkey=WithoutValkey.OPEN)
# Links that lead nowhere. A token is 128 random bits: this stops the noise, not the guess.
UNKNOWN_LINK = Rule("unknown link", 600, address=100, without_valkey=WithoutValkey.OPEN)

RULES = (CODE, HOLD, BOOKING, ACTIVATION, PIN, ID_PORTEN, LOOK_UP, UNKNOWN_LINK)


def limits_of(rule: Rule, **whom: str) -> list[Limit]:
    """Return the counters of an attempt. ``whom``: account, contact, browser, address; "" if not.

    Only keyed hashes of them lie in Valkey.
    """
    return [
        Limit(f"{rule.name}:{kind}:{keyed_hash(f'limit {kind}', value)}", most)
        for kind, value in whom.items()
        if value and (most := getattr(rule, kind))
    ]


def count_one(rule: Rule, **whom: str) -> int:
    """Count an attempt; return 0, or the seconds until it may be tried again.

    Raises Valkey's error when it does not answer and the rule is closed then.
    """
    try:
        return count(limits_of(rule, **whom), seconds=rule.seconds)
    except (redis.ConnectionError, redis.TimeoutError) as error:
        if rule.without_valkey is WithoutValkey.CLOSED:
            raise
        logger.warning("nobody counts %s: %s", rule.name, type(error).__name__)
        return 0
