"""The forms about a message that did not arrive."""

from tests.forms_walk.row import Row, just

MESSAGES: dict[str, Row] = {
    "desk:message_handled": Row("with_a_lost_message", "desk:message", just(), writes=True),
    "desk:message_not_handled": Row("with_a_message_told", "desk:message", just(), writes=True),
    "desk:message_resend": Row("with_a_lost_message", "desk:message", just(), writes=True),
}
