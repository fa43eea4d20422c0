"""The forms about a person's next time: theirs, and that of staff."""

from tests.forms_walk import bad_input as bad
from tests.forms_walk.row import Row, just, slot

NEXT_TIME: dict[str, Row] = {
    "appointments:next_times": Row(
        "reminded_of_the_next",
        "appointments:next_times",
        slot("17.50"),
        {"slot": bad.key()},
        writes=True,
    ),
    "appointments:next_answer": Row(
        "reminded_of_the_next",
        "appointments:next_answer",
        just(said="elsewhere"),
        {"said": bad.choice("elsewhere")},
        writes=True,
    ),
    "appointments:next_take_back": Row("needs_no_next", "appointments:next", just(), writes=True),
}
NEXT_TIME_STAFF: dict[str, Row] = {
    "desk:next_answer": Row(
        "looking_at_an_answer", "desk:next_answer", just(velg="ja"), writes=True
    ),
}
