"""How often something may be done, counted in Valkey for all processes together."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from limits.server import valkey

# Counts on all keys or on none, so that a refused attempt does not make the wait longer.
# KEYS: the counters. ARGV: the window in milliseconds, then the most for each counter.
# Returns the milliseconds to wait, 0 when it was counted.
_COUNT = """
local wait = 0
for i, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i + 1]) then
        wait = math.max(wait, redis.call('PTTL', key), 1)
    end
end
if wait == 0 then
    for _, key in ipairs(KEYS) do
        if redis.call('INCR', key) == 1 then
            redis.call('PEXPIRE', key, ARGV[1])
        end
    end
end
return wait
"""


@dataclass(frozen=True)
class Limit:
    """How many times in a window something may be done; ``key`` says what and for whom."""

    key: str
    most: int


def count(limits: Sequence[Limit], *, seconds: int) -> int:
    """Count one more against all limits, in windows that begin with the first.

    Return 0, or, when a limit is reached, the seconds until it may be tried again.
    """
    wait: int = valkey().eval(
        _COUNT,
        len(limits),
        *(f"limit:{limit.key}" for limit in limits),
        str(seconds * 1000),
        *(str(limit.most) for limit in limits),
    )
    return ceil(wait / 1000)
