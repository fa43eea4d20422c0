"""The forms in which staff book, find, move and cancel for somebody on the phone."""

from tests.factories import slot_at
from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import Sent
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just, told_dose

REACHED = {
    "contact": ["41234567"],
    "language": ["nn"],
    "interpreter": ["arabisk"],
    "protected_address": ["no"],
}
# A man in group 2. What the rules do not ask of him is answered too, and makes no difference.
ANSWERS = {
    "symptomer": "no",
    "smitte": "no",
    "smittedato": "20.11.2026",
    "kontakt": "sexual",
    "allergi": "no",
    "tidligere-sykdom": "no",
    "number": "0",
    "senere-sykdom": "no",
    "arbeid": "none",
    "kjonn": "man",
    "partnere": "yes",
    "forebygging": "no",
    "oppfolging": "no",
    "betaling": "no",
    "vaner": "yes",
    "vaner-hva": "casual_sex",
    "prover": "yes",
    "prover-hva": "syphilis",
    "barndom": "none",
    "immunforsvar": "no",
    "fremover": "no",
    "graviditet": "no",
    "hud": "no",
}
# One of each kind: a form of forty fields is sent in as often as all others together.
_KINDS = (0, 1, 3, 6, 8, 10, 12, -1)
# Without a blank: that would leave the field out, as one may.
_FILLED_IN = 6
FIND = {
    # What cannot be seen is blank.
    "birth_date": [sent for sent in bad.day()[_FILLED_IN:] if sent != ["\x00"]],
    "name": bad.too_long(200),
    "contact": [*bad.phone()[_FILLED_IN:], *bad.email()[_FILLED_IN:]],
    "id_number": [["123"], ["03882049434"], *bad.too_long(30)],
}


def _few(values: list[Sent]) -> list[Sent]:
    return [values[number] for number in _KINDS]


def reaching() -> dict[str, list[Sent]]:
    return {
        "contact": bad.phone() + bad.email(),
        # Nothing but a contradiction is wrong with a tick.
        "no_contact": [["on"], ["1"], ["x"], ["yes"], ["true"], ["<b>"], ["عربي"], ["9" * 300]],
        "language": bad.choice("nn"),
        "interpreter": [["12345"], ["---"], *bad.too_long(60)],
        "protected_address": bad.choice("no"),
        "slot": bad.key(),
    }


def answering() -> dict[str, list[Sent]]:
    several = ("allergi", "vaner", "prover", "graviditet", "hud")
    fields: dict[str, list[Sent]] = {
        name: _few(bad.choice(good))
        for name, good in ANSWERS.items()
        if name != "smittedato" and not name.endswith("-hva")
    }
    fields["smittedato"] = [*bad.day(), ["13.03.1991"]]
    fields |= {f"{name}-hva": _few(bad.several("finnes-ikke", "annet")[:-1]) for name in several}
    for number in (1, 2, 3, 4):
        fields |= {
            f"day_{number}": _few([*bad.day(), ["13.03.1991"]]),
            f"why_{number}": _few(bad.choice("ppv")),
            f"where_{number}": _few(bad.choice("norway")),
        }
    return fields


def _told(number: int) -> Data:
    doses = [told_dose(each) for each in range(1, number + 1)]
    return {"number": [str(number)], **{k: v for dose in doses for k, v in dose.items()}}


def beside() -> dict[str, Data]:
    exposed: Data = {"smitte": ["yes"]}
    beside = dict.fromkeys(("smittedato", "kontakt", "fremover"), exposed)
    beside |= {
        f"{name}-hva": {name: ["yes"]}
        for name in ("allergi", "vaner", "prover", "graviditet", "hud")
    }
    beside["senere-sykdom"] = _told(1)
    for number in (1, 2, 3, 4):
        beside |= {f"{name}_{number}": _told(number) for name in ("day", "why", "where")}
    return beside


def _slot(place: Place) -> list[str]:
    return [str(slot_at(place.about["day"].session, "18.10").pk)]


def _new(place: Place) -> Data:
    who = {"given_name": ["Alice"], "family_name": ["Ås"], "birth_date": ["14.03.1991"]}
    answers = {name: [answer] for name, answer in ANSWERS.items()}
    return {**who, **REACHED, **answers, "slot": _slot(place)}


PHONE: dict[str, Row] = {
    "desk:phone": Row(
        "at_the_board",
        "desk:phone",
        _new,
        {
            "given_name": bad.name(),
            "family_name": bad.name(),
            "birth_date": bad.day(),
            **reaching(),
            **answering(),
        },
        beside=beside(),
        writes=True,
    ),
    "desk:phone_known": Row(
        "calling_again",
        "desk:phone_known",
        lambda place: {**REACHED, "slot": _slot(place)},
        reaching(),
        writes=True,
    ),
    "desk:find": Row(
        "at_the_board",
        "desk:find",
        lambda place: {"contact": [place.about["booked"].patient.phone]},
        FIND,
    ),
    "desk:time_move": Row(
        "at_the_board",
        "desk:time_move",
        lambda place: {"slot": _slot(place)},
        {"slot": bad.key()},
        writes=True,
    ),
    "desk:time_cancel": Row("at_the_board", "desk:time_cancel", just(), writes=True),
}
