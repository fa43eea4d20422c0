"""The forms about the time after the dose, and about the national register."""

from uuid import uuid4

from tests.forms_walk import bad_input as bad
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just

_JUDGED = {"seriousness": ["not_serious"], "outcome": ["recovered"]}
_BAD_JUDGED = {
    "seriousness": bad.several("not_serious", "hospital"),
    "outcome": bad.choice("recovered"),
}
# Keys made with the page: a second press of the same page adds nothing.
_KEY, _OTHER_KEY = str(uuid4()), str(uuid4())
_BAD_KEY = [value for value in bad.key() if not value or not value[0].startswith("00000000")]


def _told(_place: Place) -> Data:
    return {
        "key": [_KEY],
        "kind": ["local"],
        "onset_on": ["26.11.2026"],
        "onset_clock": ["17.41"],
        "description": ["Rødt og hovent"],
        "treatment": [""],
        **_JUDGED,
    }


_BAD_TOLD = {
    "key": _BAD_KEY,
    "kind": bad.choice("local"),
    "onset_on": bad.day(),
    "onset_clock": [*bad.too_long(10), ["kvart på"], ["25.70"], ["23.59"]],
    "description": bad.words(),
    "treatment": bad.words_if_any(),
    **_BAD_JUDGED,
}


def _note(_place: Place) -> Data:
    return {"key": [_OTHER_KEY], "step": ["note"], "text": ["La seg ned"]}


def _due(place: Place) -> Data:
    dose = place.about["given"].dose_id
    return {"dose": [f"{dose}:given"], "on": ["26.11.2026"], "reference": [""]}


REACTIONS: dict[str, Row] = {
    "dayboard:release": Row(
        "with_somebody_observed", "dayboard:release", just(for_tiden="1"), writes=True
    ),
    "dayboard:undo_release": Row("with_somebody_let_go", "dayboard:person", just(), writes=True),
    "dayboard:anaphylaxis": Row("with_somebody_observed", "dayboard:person", just(), writes=True),
    "desk:reaction_new": Row(
        "with_somebody_observed", "desk:reaction_new", _told, _BAD_TOLD, writes=True
    ),
    "desk:reaction_add": Row(
        "with_a_sheet",
        "desk:reaction",
        _note,
        {"key": _BAD_KEY, "text": bad.words()},
        writes=True,
    ),
    "desk:reaction_end": Row(
        "with_a_sheet",
        "desk:reaction_end",
        just(description="Blek", treatment="", seriousness=["not_serious"], outcome="recovered"),
        {"description": bad.words(), "treatment": bad.words_if_any(), **_BAD_JUDGED},
        writes=True,
    ),
    "desk:reaction_mistake": Row("with_a_sheet", "desk:reaction", just(), writes=True),
    "desk:reaction_correct": Row(
        "with_a_reaction", "desk:reaction_correct", _told, _BAD_TOLD, writes=True
    ),
    "desk:reaction_reported": Row(
        "with_a_reaction",
        "desk:reaction",
        just(through="melde_no", on="26.11.2026", reference="R1"),
        {"through": bad.choice("melde_no"), "on": bad.day(), "reference": bad.too_long(60)},
        writes=True,
    ),
    "desk:reaction_not_reported": Row(
        "with_a_reported_reaction", "desk:reaction", just(), writes=True
    ),
    "desk:registry_mark": Row(
        "with_somebody_observed",
        "desk:registry",
        _due,
        {"dose": bad.choice("x:given"), "on": bad.day(), "reference": bad.too_long(60)},
        writes=True,
    ),
    "desk:registry_undo": Row("with_a_registered_dose", "desk:registry", just(), writes=True),
}
