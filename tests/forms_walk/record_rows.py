"""The forms of a person's record: a note, merging two rows, and taking that back."""

from tests.forms_walk import bad_input as bad
from tests.forms_walk.row import Row, just

RECORD: dict[str, Row] = {
    "desk:person": Row(
        "with_two_rows",
        "desk:person",
        just(text="Ring etter kl. 15"),
        {"text": bad.too_long(500)},
        writes=True,
    ),
    "desk:note_withdraw": Row("with_two_rows", "desk:person", just(), writes=True),
    "desk:merge": Row(
        "with_two_rows",
        "desk:merge",
        just(reason="told"),
        {"reason": bad.choice("told")},
        writes=True,
    ),
    "desk:unmerge": Row(
        "with_two_rows_merged",
        "desk:unmerge",
        just(reason="two_people"),
        {"reason": bad.choice("two_people")},
        writes=True,
    ),
}
