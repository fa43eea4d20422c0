"""The forms of the end of the day, and of the paper of the day."""

from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import MISSING, Sent
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just

# Where a tick is due: each of these is none.
NO_TICK: list[Sent] = [
    MISSING,
    [""],
    ["False"],
    ["false"],
    ["FALSE"],
    ["", ""],
    ["on", "False"],
    ["on", "false"],
    ["on", ""],
]
TICKS: list[Sent] = [["on"], ["1"], ["x"], ["true"], ["<b>"], ["å"], ["ja"], ["0", "on"]]
TIMES: list[Sent] = [
    MISSING,
    *([one] for one in ("", "  ", "25.00", "17.60", "9999", "x", "17.4", "-17.40", "17.40 x")),
    ["x" * 9],
    ["17\x0040"],
]


def _filled(values: list[Sent]) -> list[Sent]:
    """Return the bad values that are something: nothing may be left out."""
    return [value for value in values if value is not MISSING and value[-1].strip()]


def _line(place: Place) -> Data:
    fields = {
        "came": "17.40",
        "id_seen": "on",
        "all_no": "on",
        "vial": str(place.about["vial"].pk),
        "site": "left_upper_arm",
        "given": "17.41",
        "vaccinator": str(place.about["day"].nurse.pk),
    }
    return {f"{place.about['line']}-{name}": [value] for name, value in fields.items()}


CLOSING: dict[str, Row] = {
    "dayboard:close_day": Row(
        "with_a_case_alone_left",
        "dayboard:close_day",
        just(cases_told="on"),
        {"cases_told": NO_TICK},
        writes=True,
    ),
    "dayboard:close_no_shows": Row(
        "at_the_end_of_the_day",
        "dayboard:close_day",
        just(person="everybody"),
        {"person": bad.key()},
        leads_away=True,
        writes=True,
    ),
    "dayboard:close_vial": Row(
        "at_the_end_of_the_day",
        "dayboard:close_day",
        just(rest="end_of_day"),
        {"rest": bad.choice("end_of_day")},
        writes=True,
    ),
    "dayboard:close_thawed": Row(
        "at_the_end_of_the_day",
        "dayboard:close_day",
        lambda place: {
            "thawing": [str(place.about["thawing"].pk)],
            "vials": ["2"],
            "note": ["Ingen kom."],
        },
        {"thawing": bad.key(), "vials": bad.key(), "note": bad.words()},
        leads_away=True,
        writes=True,
    ),
    "dayboard:close_fees": Row(
        "at_the_end_of_the_day",
        "dayboard:close_day",
        lambda place: {f"fee_{place.about['line']}": ["paid"]},
        {"fee_*": _filled(bad.choice("paid")), "rest": _filled(bad.choice("paid"))},
        above=frozenset({"rest"}),
        writes=True,
    ),
    "dayboard:reopen_day": Row(
        "after_a_day_that_is_ended",
        "dayboard:reopen_day",
        lambda place: {"closing": [str(place.about["closing"].pk)], "reason": ["En dose manglet."]},
        {"closing": bad.key(), "reason": bad.words()},
        writes=True,
    ),
    "dayboard:after_vial": Row(
        "entering_from_paper",
        "dayboard:after_register",
        lambda place: {
            "letter": ["C"],
            "lot": [str(place.about["lot"].pk)],
            "opened": ["17.20"],
        },
        {
            "letter": [*(one for one in bad.number(0, 9) if one != ["x"]), MISSING],
            "lot": bad.key(),
            "opened": [*TIMES, ["23.59"]],
        },
        writes=True,
    ),
    "dayboard:after_register": Row(
        "entering_from_paper",
        "dayboard:after_register",
        _line,
        {
            "*-missed": TICKS,
            "*-came": TIMES,
            "*-id_seen": NO_TICK,
            "*-all_no": NO_TICK,
            "*-vial": bad.key(),
            "*-site": bad.choice("left_upper_arm"),
            "*-given": [*TIMES, ["23.59"], ["17.30"]],
            "*-vaccinator": bad.key(),
            "*-reason": bad.too_long(500),
        },
        # Without it, the reason is asked for instead.
        above=frozenset({"*-all_no"}),
        writes=True,
    ),
}
