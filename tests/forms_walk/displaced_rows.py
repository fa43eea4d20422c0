"""The forms about people whose time the clinic took or moved."""

from tests.factories import slot_at
from tests.forms_walk import bad_input as bad
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just


def _later_time(place: Place) -> Data:
    return {"slot": [str(slot_at(place.about["later"], "17.00").pk)]}


DISPLACED: dict[str, Row] = {
    "desk:displaced_time": Row(
        "with_a_day_cancelled",
        "desk:displaced_time",
        _later_time,
        {"slot": bad.key()},
        writes=True,
    ),
    "desk:displaced_told": Row("with_a_day_moved", "desk:displaced", just(), writes=True),
    "desk:displaced_declined": Row("with_a_day_cancelled", "desk:displaced", just(), writes=True),
}
