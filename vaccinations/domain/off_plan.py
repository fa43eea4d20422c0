"""A dose that is started by another route than planned: when it may be, and what is kept of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from vaccinations.domain.deviations import Deviation, as_text
from vaccinations.domain.limits import Limit

IN_THE_SKIN, UNDER_THE_SKIN = "intradermal", "subcutaneous"


class RouteStop(StrEnum):
    """Why nobody may start a dose in the skin of a person."""

    UNDER_18 = "under_18"  # R27
    EXPOSED = "exposed"  # R21
    KELOIDS = "keloids"  # R25
    ORDERED = "ordered"  # under the skin for another reason: a clinician has said so


@dataclass(frozen=True)
class Facts:
    """What is known of the person that decides the route."""

    planned_route: str
    under_18: bool
    after_exposure: bool
    keloid_tendency: bool


def route_stop(route: str, facts: Facts) -> RouteStop | None:
    """Say why a dose may not be started by a route; None where it may.

    Whoever shall have it under the skin is never given it in the skin, whatever the reason.
    Source: R21, R25, R27.
    """
    if route != IN_THE_SKIN:
        return None
    checks = (
        (RouteStop.UNDER_18, facts.under_18),
        (RouteStop.EXPOSED, facts.after_exposure),
        (RouteStop.KELOIDS, facts.keloid_tendency),
        (RouteStop.ORDERED, facts.planned_route != IN_THE_SKIN),
    )
    return next((stop for stop, holds in checks if holds), None)


def others_than(planned_route: str) -> list[str]:
    """Return the routes that a dose may be started by instead of the planned one."""
    return [UNDER_THE_SKIN] if planned_route == IN_THE_SKIN else []


@dataclass(frozen=True)
class Kept:
    """What a dose keeps of another route than planned: a clinician's word, or a deviation."""

    override: bool = False
    deviation: str = ""


def kept_of(limits: Iterable[Limit], *, by_clinician: bool, overridden: bool) -> Kept:
    """Say what is kept of a dose that broke ``limits`` and was started all the same.

    A dose has room for one clinician's word. Where that already allows the interval
    (``overridden``), the route is kept as a deviation, which the lead sees.
    """
    if Limit.ROUTE not in limits:
        return Kept()
    if by_clinician and not overridden:
        return Kept(override=True)
    return Kept(deviation=as_text([Deviation.ROUTE]))


def in_the_way(
    limits: Iterable[Limit], *, route_allowed: bool, interval_allowed: bool
) -> list[Limit]:
    """Return the limits that nobody's word lifts: only the route's and the interval's can be."""
    lifted = {
        limit
        for limit, allowed in ((Limit.ROUTE, route_allowed), (Limit.INTERVAL, interval_allowed))
        if allowed
    }
    return [limit for limit in limits if limit not in lifted]
