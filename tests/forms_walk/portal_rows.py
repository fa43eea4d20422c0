"""The forms at the door to a patient's own pages, and of handing over the key to it."""

from audit.domain import Actor
from patients.models import ActivationCode, Patient
from patients.services.activations import hand_over
from tests import factories
from tests.forms_walk import bad_input as bad
from tests.forms_walk.place import Place
from tests.forms_walk.portal_places import PIN
from tests.forms_walk.row import Data, Row, just

_NO_TICK = [[], *([no] for no in ("", "false", "False", "FALSE", "fAlse", "falsE", "FaLsE"))]


def _with_a_new_code(_place: Place) -> Data:
    """Hand over a code, and fill it in."""
    patient, before = Patient.objects.get(), ActivationCode.objects.get()
    by = Actor.staff(before.made_by_id, clinic_id=before.clinic_id)
    code = hand_over(patient_id=patient.pk, clinic_id=before.clinic_id, by=by, now=factories.BEFORE)
    return {"code": [code], "birth_date": ["14.03.1991"], "pin": [PIN]}


_NOT_A_PIN = [*bad.code()[:-1], ["123"], ["123456789"]]
_NOT_A_PIN = [sent for sent in _NOT_A_PIN if sent not in (["12345"], ["1234567"], ["12 34 5"])]

PORTAL: dict[str, Row] = {
    "portal:activate": Row(
        "with_a_known_browser",
        "portal:activate",
        _with_a_new_code,
        {"code": bad.code(), "birth_date": bad.day(), "pin": _NOT_A_PIN},
        writes=True,
        by_link=True,  # the code proves whose it is
    ),
    "portal:pin": Row(
        "with_a_known_browser",
        "portal:pin",
        just(pin=PIN),
        {"pin": _NOT_A_PIN},
        writes=True,
        anew=True,
    ),
    "portal:log_out": Row("with_a_known_browser", "portal:home", just()),
    "portal:browser_end": Row("with_a_known_browser", "portal:browsers", just(), writes=True),
    "desk:portal_access": Row(
        "with_an_id_seen",
        "desk:portal_access",
        just(is_here="on"),
        {"is_here": _NO_TICK},
        writes=True,
        anew=True,
    ),
    "desk:portal_access_end": Row("with_an_id_seen", "desk:portal_access", just(), writes=True),
}
