"""The forms of the waiting lists: those of who waits, and that of staff."""

from datetime import timedelta

from tests.factories import BEFORE
from tests.forms_walk import bad_input as bad
from tests.forms_walk.row import Data, Row, code, contact, just

_UNTIL = (BEFORE + timedelta(weeks=4)).date().isoformat()
_WISH: dict[str, str | list[str]] = {
    "wants": ["time", "standby"],
    "eta": "30",
    "quiet_from": "21",
    "quiet_until": "9",
    "any_hour": ["yes"],
    "weekdays": ["0", "3"],
    "bands": ["morning", "evening"],
    "until": _UNTIL,
}
_BAD = {
    "wants": bad.choice("time"),
    "eta": bad.choice("30"),
    "quiet_from": bad.choice("21"),
    "quiet_until": bad.choice("9"),
    "any_hour": bad.several_or_none("yes"),
    "weekdays": bad.choice("0"),
    "bands": bad.choice("morning"),
    "until": bad.choice(_UNTIL),
}


def _wish(place: str, page: str, *, writes: bool = True) -> Row:
    return Row(place, page, just(**_WISH), _BAD, writes=writes)


def _yes(_place: object) -> Data:
    return {"svar": ["ja"]}


WAITING: dict[str, Row] = {
    "waiting:wish": _wish("answered", "waiting:wish", writes=False),
    "waiting:contact": contact("wish_filled_in", "waiting:contact"),
    "waiting:code": code("wish_code_on_its_way", "waiting:code"),
    "waiting:details": Row(
        "about_to_wait",
        "waiting:details",
        just(given_name="Alice", family_name="Ås"),
        {"given_name": bad.name(), "family_name": bad.name(), "interpreter": bad.language()},
        writes=True,
    ),
    "waiting:change": _wish("on_the_list", "waiting:change"),
    "waiting:start_messages": Row("waiting_in_silence", "waiting:mine", just(), writes=True),
    "waiting:leave": Row("on_the_list", "waiting:leave", just(), writes=True),
    "waiting:earlier": _wish("booked", "waiting:earlier"),
    "waiting:answer": Row(
        "offered_a_time",
        "waiting:offer",
        _yes,
        {"svar": bad.choice("ja")},
        leads_away=True,
        writes=True,
    ),
}
WAITING_STAFF: dict[str, Row] = {
    "desk:waiting_remove": Row(
        "at_a_waiting_list",
        "desk:waiting_remove",
        just(reason="asked"),
        {"reason": bad.choice("asked")},
        writes=True,
    ),
}
