"""The forms of those who get no dose, who come without a time, and of a day that runs late."""

from tests.forms_walk import bad_input as bad
from tests.forms_walk.phone_rows import ANSWERS, REACHED, answering, beside, reaching
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just


def _new(_place: Place) -> Data:
    who = {"given_name": ["Alice"], "family_name": ["Ås"], "birth_date": ["14.03.1991"]}
    answers = {name: [answer] for name, answer in ANSWERS.items()}
    return {**who, **REACHED, **answers, "id_seen": ["on"]}


# Whatever else is sent for a tick is one, also "0": a browser sends what the page has, or nothing.
_NO_TICK = [[], *([no] for no in ("", "false", "False", "FALSE", "fAlse", "falsE", "FaLsE"))]


def _reaching() -> dict[str, list[list[str]]]:
    fields = {name: sent for name, sent in reaching().items() if name != "slot"}
    return {**fields, "id_seen": _NO_TICK}


def _late_one(place: Place) -> Data:
    return {"people": [str(place.about["late"].pk)]}


OUTCOMES: dict[str, Row] = {
    "dayboard:end": Row(
        "at_the_board",
        "dayboard:end",
        just(reason="no_id", note="", next_step="call"),
        {
            "reason": bad.choice("no_id"),
            "note": bad.too_long(500),
            "next_step": bad.choice("call"),
        },
        writes=True,
    ),
    "dayboard:take_back_end": Row("left_before_the_dose", "dayboard:person", just(), writes=True),
    "dayboard:missing": Row(
        "with_somebody_late",
        "dayboard:missing",
        _late_one,
        {"people": bad.key()},
        writes=True,
    ),
    "dayboard:expect_again": Row("noted_as_missing", "dayboard:person", just(), writes=True),
    "dayboard:late": Row(
        "at_the_board",
        "dayboard:late",
        just(minutes="30", bekreft="ja"),
        {"minutes": bad.choice("30")},
        writes=True,
    ),
    "dayboard:on_time": Row("on_a_late_day", "dayboard:board", just(), writes=True),
    "dayboard:walk_in": Row(
        "at_the_board",
        "dayboard:walk_in",
        _new,
        {
            "given_name": bad.name(),
            "family_name": bad.name(),
            "birth_date": bad.day(),
            **_reaching(),
            **answering(),
        },
        beside=beside(),
        writes=True,
    ),
    "dayboard:walk_in_known": Row(
        "known_and_without_a_time",
        "dayboard:walk_in_known",
        lambda _place: {**REACHED, "id_seen": ["on"]},
        _reaching(),
        writes=True,
    ),
}
