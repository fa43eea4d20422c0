"""The forms about doses that were given already, deviations, and who works at a computer."""

from django.utils import timezone

from clinics.domain.calendar import OSLO
from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import Sent
from tests.forms_walk.place import Place
from tests.forms_walk.row import Data, Row, just


def _given(place: Place) -> Data:
    now = timezone.now().astimezone(OSLO)
    return {
        "vial": [str(place.about["vial"].pk)],
        "route": ["intradermal"],
        "volume_ml": ["0,1"],
        "site": ["left_upper_arm"],
        "given_on": [now.strftime("%d.%m.%Y")],
        "given_at": [now.strftime("%H.%M")],
        "vaccinator": [str(place.about["day"].nurse.pk)],
        "asked": ["all_denied"],
        "reason": ["Glemt"],
    }


def _corrected(place: Place) -> Data:
    good = _given(place) | {"wrong": ["Feil arm"], "site": ["right_upper_arm"]}
    del good["asked"]
    return good


_BAD: dict[str, list[Sent]] = {
    "vial": bad.key(),
    "route": bad.choice("intradermal"),
    "volume_ml": [*bad.choice("0,1"), ["0"], ["0,05"], ["0,6"], ["1e9"], ["NaN"]],
    "site": bad.choice("left_upper_arm"),
    "given_on": bad.day(),
    "given_at": [*bad.choice("16.10"), ["25.00"], ["12.60"]],
    "vaccinator": bad.choice("0"),
    "reason": bad.words_if_any(),
}
GIVEN: dict[str, Row] = {
    "dayboard:given_already": Row(
        "about_to_record",
        "dayboard:given_already",
        _given,
        _BAD | {"asked": bad.choice("all_denied")},
        writes=True,
    ),
    "dayboard:correct_dose": Row(
        "with_a_dose_given",
        "dayboard:correct_dose",
        _corrected,
        _BAD | {"wrong": bad.words()},
        writes=True,
    ),
    "dayboard:void_dose": Row(
        "with_a_dose_given",
        "dayboard:void_dose",
        just(reason="Feil person"),
        {"reason": bad.words()},
        writes=True,
    ),
    "dayboard:send_note": Row("with_a_dose_given", "dayboard:note", just(), writes=True),
    "desk:deviation_seen": Row(
        "with_a_deviation",
        "desk:deviations",
        just(comment="Snakket om det"),
        {"comment": bad.words_if_any()},
        leads_away=True,
        writes=True,
    ),
    "account_switch_password": Row("at_the_board", "account_switch", just()),
}
# They want a device: tests/journeys/test_passkey.py has one.
PASSKEYS = {
    "account_switch",
    "mfa_add_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
}
