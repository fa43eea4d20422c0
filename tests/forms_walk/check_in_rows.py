"""The forms of the check-in, and what a patient wants to be called."""

from appointments.selectors.arrival_codes import arrival_code
from tests.forms_walk import bad_input as bad
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Good, Row, just

_NO_REASON: Data = {"no_number_why": [""]}


def _shown(**changed: str) -> Good:
    return just(
        document="passport",
        id_number="",
        no_number_why="not_shown",
        call_name="",
        given_name="Alice",
        family_name="Ås",
        birth_date="14.03.1991",
        **changed,
    )


def _of_an_id(page: str) -> Row:
    return Row(
        "at_the_board",
        page,
        _shown(),
        {
            "document": bad.choice("passport"),
            "id_number": bad.id_number(),
            # Neither a number nor a reason is the number's refusal.
            "no_number_why": bad.choice("not_shown")[2:],
            "call_name": bad.call_name(),
            "given_name": bad.name(),
            "family_name": bad.name(),
            "birth_date": bad.day(),
        },
        beside={"id_number": _NO_REASON},
        writes=True,
    )


def _code(place: Place) -> Data:
    booked = place.about["booked"]
    return {"what": [arrival_code(booked.pk, booked.date)]}


CHECK_IN: dict[str, Row] = {
    "dayboard:arrive": _of_an_id("dayboard:arrive"),
    "dayboard:identity": _of_an_id("dayboard:identity"),
    "dayboard:find": Row("at_the_board", "dayboard:find", _code, {"what": bad.sought()}),
    "appointments:call_me": Row(
        "booked",
        "appointments:mine",
        just(call_name="Kim"),
        {"call_name": bad.call_name()},
        leads_away=True,
        writes=True,
    ),
}
