"""The forms of those who look after the access log."""

from tests.forms_walk import bad_input as bad
from tests.forms_walk.phone_rows import FIND
from tests.forms_walk.row import Row, just

ACCESS_LOG: dict[str, Row] = {
    "desk:access_log_person": Row(
        "with_an_alarm",
        "desk:access_log_person",
        lambda place: {"contact": [place.about["booked"].patient.phone]},
        FIND,
    ),
    "desk:alarm": Row(
        "with_an_alarm",
        "desk:alarm",
        just(note="Snakket med Kari: i orden."),
        {"note": bad.words()},
        writes=True,
    ),
}
