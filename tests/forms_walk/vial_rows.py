"""The forms about vials and recalled lots."""

from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import Sent
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just

UNREADABLE: list[Sent] = [
    *([text] for text in ("]d2999", "x" * 101, "x" * 20_000, "9" * 300, *bad.NUL)),
    *([text] for text in (*bad.MARKUP, *bad.EMOJI, *bad.ARABIC)),
]


def _broken(place: Place) -> Data:
    lot = place.about["lot"].pk
    return {"lot": [str(lot)], "expected": [f"{lot}:19"], "note": ["Falt i gulvet"]}


VIALS: dict[str, Row] = {
    "dayboard:not_opened": Row("with_a_vial_just_opened", "dayboard:vial", just(), writes=True),
    "dayboard:reopen_vial": Row("with_a_vial_just_closed", "dayboard:vial", just(), writes=True),
    "dayboard:broken_vial": Row(
        "at_the_board",
        "dayboard:broken_vial",
        _broken,
        {"lot": bad.choice("1"), "expected": bad.key(), "note": bad.words()},
        above=frozenset({"expected"}),
        writes=True,
    ),
}
RECALLS: dict[str, Row] = {
    "desk:recall": Row(
        "leading_with_a_lot_in_use",
        "desk:recall",
        just(reason="Fra produsenten"),
        {"reason": bad.words()},
        writes=True,
    ),
    "desk:recall_told": Row("with_a_recalled_lot", "desk:recall_calls", just(), writes=True),
    "desk:recall_not_told": Row("with_a_recalled_lot", "desk:recall_calls", just(), writes=True),
}
