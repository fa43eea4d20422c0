"""The forms of a case: those of the person who sends it, and those of the clinician."""

from clinics.models import Clinic
from tests.forms_walk import bad_input as bad
from tests.forms_walk.row import Data, Row, code, contact, just, slot

CASES: dict[str, Row] = {
    "cases:begin": Row(
        "answered_as_exposed",
        "cases:begin",
        just(clinic="nydalen"),
        {"clinic": bad.choice("nydalen")},
    ),
    "cases:contact": contact("case_clinic_chosen", "cases:contact"),
    "cases:code": code("case_code_on_its_way", "cases:code"),
    "cases:details": Row(
        "about_to_send_a_case",
        "cases:details",
        just(
            given_name="Alice",
            family_name="Ås",
            call_phone="41234567",
            call_when="evening",
            note="Ring meg",
            answers=["partnere"],
        ),
        {
            "given_name": bad.name(),
            "family_name": bad.name(),
            "interpreter": bad.language(),
            "call_phone": bad.phone()[3:],  # none is fine
            "call_when": bad.choice("any"),
            "note": bad.too_long(1000),
            "answers": bad.choice("partnere")[1:],  # none is fine
        },
        writes=True,
    ),
    "cases:withdraw": Row("case_sent", "cases:withdraw", just(), writes=True),
    "cases:times": Row(
        "case_approved", "cases:times", slot("17.50"), {"slot": bad.key()}, writes=True
    ),
}


def _approval(**given: str) -> Data:
    good = {"doses": "2", "route": "subcutaneous", "interval": "21", "reason": "Reiser bort."}
    return {name: [value] for name, value in {**good, "slot": "none", **given}.items()}


CLINICIANS: dict[str, Row] = {
    "desk:case_claim": Row("at_an_open_case", "desk:case", just(), writes=True),
    "desk:case_release": Row("at_ones_own_case", "desk:case", just(), writes=True),
    "desk:case_take_over": Row(
        "at_a_colleagues_case",
        "desk:case_take_over",
        lambda place: {"holder": [str(place.about["holder"].pk)]},
        {"holder": bad.key()},
        leads_away=True,
        writes=True,
    ),
    "desk:case_call": Row("at_ones_own_case", "desk:case_call", just(), writes=True),
    "desk:case_hand_over": Row(
        "at_ones_own_case",
        "desk:case_hand_over",
        lambda _place: {
            "clinic": [str(Clinic.objects.get(slug="ullern").pk)],
            "note": ["Bor der."],
        },
        {"clinic": bad.key(), "note": bad.words_if_any()},
        writes=True,
    ),
    "desk:case_close": Row(
        "at_ones_own_case",
        "desk:case_close",
        just(reason="Vil ikke likevel."),
        {"reason": bad.words()},
        writes=True,
    ),
    "desk:case_approve": Row(
        "at_ones_own_case",
        "desk:case_approve",
        lambda _place: _approval(),
        {
            "doses": bad.choice("2"),
            "route": bad.choice("subcutaneous"),
            "interval": bad.number(6, 366),
            "reason": bad.words(),
            "slot": bad.choice("none"),
        },
        writes=True,
    ),
    "desk:case_refuse": Row(
        "at_ones_own_case",
        "desk:case_refuse",
        just(outcome="not_needed", reason="Godt beskyttet.", shown="no"),
        {
            "outcome": bad.choice("not_needed"),
            "reason": bad.words(),
            "shown": bad.choice("no"),
        },
        writes=True,
    ),
}
