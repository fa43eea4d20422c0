"""Why a wait ends, what becomes of an offer, and why somebody was passed over."""

from enum import StrEnum


class WaitEnd(StrEnum):
    """Why somebody is no longer on a waiting list."""

    LEFT = "left"
    BOOKED = "booked"
    GIVEN = "given"
    EXPIRED = "expired"
    REMOVED = "removed"


class OfferKind(StrEnum):
    """What is offered: a time that has become free, or a dose that is left over."""

    TIME = "time"
    STANDBY = "standby"
    STANDBY_AHEAD = "standby_ahead"


class OfferState(StrEnum):
    """Where an offer is; all but the first are final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class SkipReason(StrEnum):
    """Why the next in line was passed over for an offer."""

    OTHER_DAY = "other_day"
    OTHER_TIME = "other_time"
    TOO_EARLY = "too_early"
    NOT_EARLIER = "not_earlier"
    GROUP_CLOSED = "group_closed"
    OTHER_ROUTE = "other_route"
    NO_VIAL = "no_vial"
    TOO_FAR = "too_far"
    QUIET = "quiet"
    HAS_OFFER = "has_offer"
    ASKED_BEFORE = "asked_before"
    NO_CONTACT = "no_contact"
    # The person has stopped offers on all channels they are reached by.
    STOPPED = "stopped"
    # It is night, and the person has not said that they may be asked then.
    NIGHT = "night"
