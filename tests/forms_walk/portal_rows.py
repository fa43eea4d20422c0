"""The forms at the door to a patient's own pages, and of handing over the key to it."""

from audit.domain import Actor
from patients.models import ActivationCode, Patient
from patients.services.activations import hand_over
from tests import factories
from tests.forms_walk import bad_input as bad
from tests.forms_walk.bad_input import Sent
from tests.forms_walk.place import Place
from tests.forms_walk.portal_places import PIN
from tests.forms_walk.row import Data, Row, code, just

_NO_TICK = [[], *([no] for no in ("", "false", "False", "FALSE", "fAlse", "falsE", "FaLsE"))]


def _with_a_new_code(_place: Place) -> Data:
    """Hand over a code, and fill it in."""
    patient, before = Patient.objects.get(), ActivationCode.objects.get()
    by = Actor.staff(before.made_by_id, clinic_id=before.clinic_id)
    code = hand_over(patient_id=patient.pk, clinic_id=before.clinic_id, by=by, now=factories.BEFORE)
    return {"code": [code], "birth_date": ["14.03.1991"], "pin": [PIN]}


_NOT_A_PIN = [*bad.code()[:-1], ["123"], ["123456789"]]
_NOT_A_PIN = [sent for sent in _NOT_A_PIN if sent not in (["12345"], ["1234567"], ["12 34 5"])]


def _new_contact(kind: str, address: str, wrong: list[Sent]) -> Row:
    return Row(
        "with_a_known_browser",
        f"portal:new_{kind}",
        just(address=address),
        {"address": wrong},
        writes=True,
        anew=True,
    )


_FILE = Row(
    "with_a_known_browser", "portal:download", just(), writes=True, anew=True, hands_out=True
)
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
    "portal:contact": Row(
        "with_a_known_browser",
        "portal:contact",
        just(contact_by="sms", language="nn"),
        {"contact_by": bad.choice("sms"), "language": bad.choice("nn")},
        writes=True,
    ),
    "portal:new_phone": _new_contact("phone", "+4741234567", bad.phone()),
    "portal:new_email": _new_contact("email", "ny@example.org", bad.email()),
    "portal:contact_code": code("with_a_new_number_asked_for", "portal:contact_code"),
    "portal:download_json": _FILE,
    "portal:download_pdf": _FILE,
    "portal:stop": Row("with_a_known_browser", "portal:stop", just(), writes=True, anew=True),
    "portal:delete": Row(
        "with_a_known_browser",
        "portal:delete",
        just(sure="on"),
        {"sure": _NO_TICK},
        writes=True,
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
