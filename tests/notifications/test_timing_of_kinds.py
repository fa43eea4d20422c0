"""Each kind of message takes a stand: the hours it keeps, and whether its recipient may stop it."""

from notifications.domain.timing import Timing
from notifications.services.registry import kinds

# Kind -> hours, stoppable. A new kind is decided here: may it wake somebody, and can its recipient
# do without it and lose nothing that is booked?
STANDS = {
    "booked": (Timing.AT_ONCE, False),
    "changed": (Timing.AT_ONCE, False),
    "cancelled": (Timing.AT_ONCE, False),
    "next_booked": (Timing.DAY, False),
    "next_changed": (Timing.DAY, False),
    "next_dropped": (Timing.DAY, False),
    "moved_by_clinic": (Timing.DAY, False),
    "cancelled_by_clinic": (Timing.DAY, False),
    "reminder_week": (Timing.DAY, False),
    "reminder": (Timing.DAY, False),
    "day_before": (Timing.DAY, False),
    "missed": (Timing.DAY, True),
    "aftercare": (Timing.DAY, False),
    "corrected": (Timing.WORKDAY, False),
    "times_opened": (Timing.DAY, True),
    "next_due": (Timing.WORKDAY, True),
    "running_late": (Timing.AT_ONCE, False),
    "move_asked": (Timing.DAY, False),
    "move_kept": (Timing.DAY, False),
    "waiting_joined": (Timing.AT_ONCE, False),
    "time_offered": (Timing.DAY, True),
    "standby_offered": (Timing.LIVE, True),
    "standby_withdrawn": (Timing.AT_ONCE, False),
    "interest_noted": (Timing.AT_ONCE, False),
    # Stopped by leaving the list, with the link in it: there is no person here to stop for.
    "group_open": (Timing.DAY, False),
    "case_received": (Timing.AT_ONCE, False),
    "case_answered": (Timing.DAY, False),
    "case_call": (Timing.DAY, False),
    "case_urgent": (Timing.AT_ONCE, False),
    "visit_note": (Timing.AT_ONCE, False),
    "recall": (Timing.DAY, False),
    # A warning: whoever was not the one who did it has to know now.
    "browser_activated": (Timing.AT_ONCE, False),
}
# Of these, those about a time within a day are sent at any hour.
CANNOT_WAIT = {
    "next_booked",
    "next_changed",
    "next_dropped",
    "moved_by_clinic",
    "cancelled_by_clinic",
}


def test_every_kind_has_its_hours_and_says_whether_it_can_be_stopped():
    assert {kind.code: (kind.timing, kind.stoppable) for kind in kinds()} == STANDS


def test_only_news_of_a_time_that_is_near_goes_at_any_hour():
    assert {kind.code for kind in kinds() if kind.cannot_wait} == CANNOT_WAIT


def test_what_is_sent_at_any_hour_has_nothing_to_be_in_a_hurry_about():
    at_once = {kind.code for kind in kinds() if kind.timing is Timing.AT_ONCE}
    assert at_once & CANNOT_WAIT == set()
