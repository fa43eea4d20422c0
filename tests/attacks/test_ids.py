"""Ids of another clinic in the addresses and forms of one's own.

Whose pages open for whom is walked by tests/access and tests/security/test_access_matrix.py; there
the clinic in the address is wrong. Here it is right, and what else the address names is not.
"""

from dataclasses import replace
from itertools import groupby

import redis
import time_machine
from django.db import transaction

from clinics.domain.roles import Role
from clinics.permissions import AtClinic
from tests import factories
from tests.access.objects import Objects, address_of
from tests.access.pages import all_pages
from tests.access.test_every_page import rows_written
from tests.attacks.world import Browsers, changed
from tests.forms_walk.place import PLACES
from tests.forms_walk.rows import ROWS
from tests.forms_walk.test_every_form import Walker

OWN = {"clinic_slug", "session_id"}


def test_what_is_another_clinic_s_does_not_exist_under_one_s_own(objects: Objects) -> None:
    theirs = factories.make_session(clinic=objects.elsewhere)
    mixed = replace(objects, clinic=objects.elsewhere, session=theirs)
    browsers, opened, tried = Browsers(mixed), [], 0
    before = rows_written()
    for page in all_pages():
        here, named = OWN & set(page.arguments), set(page.arguments) - OWN
        if not isinstance(page.rule, AtClinic) or not here or not named:
            continue
        for method in ("GET", "POST"):
            tried += 1
            answer = browsers.of(page).generic(method, address_of(page, mixed))
            if answer.status_code not in {404, 405}:
                opened.append(f"{method} {page}: {answer.status_code}")

    assert opened == []
    assert tried > 150
    assert changed(before) == {}
    assert browsers.staff[Role.LEAD].get(f"/tavle/{theirs.pk}/").status_code == 200


# A form, its field, and what of another clinic's is sent under it in place of the good.
SENT = [
    ("appointments:slots", "slot", "slot"),
    ("appointments:new_time", "slot", "slot"),
    ("cases:times", "slot", "slot"),
    ("desk:displaced_time", "slot", "slot"),
    ("desk:time_move", "slot", "slot"),
    ("desk:case_take_over", "holder", "nurse"),
    ("desk:registry_mark", "dose", "due"),
    ("dayboard:new_time", "slot", "slot"),
    ("dayboard:new_time", "decision", "decision"),
    ("dayboard:give_dose", "decision", "decision"),
    ("dayboard:give_dose", "vial", "vial"),
    ("dayboard:given_already", "vial", "vial"),
    ("dayboard:open_vial", "lot", "lot"),
    ("dayboard:broken_vial", "lot", "lot"),
    ("dayboard:missing", "people", "person"),
    ("dayboard:after_vial", "lot", "lot"),
    ("dayboard:after_register", "*-vial", "vial"),
    ("dayboard:after_register", "*-vaccinator", "nurse"),
    ("dayboard:close_no_shows", "person", "person"),
    ("dayboard:close_thawed", "thawing", "thawing"),
]


def elsewhere() -> dict[str, str]:
    """Make another clinic's day, and name one of each thing that forms know by a key."""
    clinic = factories.make_clinic(slug="fremmed", name="Et fremmed sted")
    session = factories.make_session(clinic=clinic)
    nurse = factories.make_staff(clinic=clinic)
    lot = factories.make_lot(clinic=clinic, number="X9")
    if lot.product.stored_frozen:
        factories.make_thawing(lot=lot, by=nurse)
    vial = factories.make_vial(clinic=clinic, lot=lot, by=nurse)
    came = factories.make_arrival(session=session, clock="17.00", by=nurse)
    frozen = factories.make_product(name="Fremmed", stored_frozen=True)
    thawing = factories.make_thawing(
        lot=factories.make_lot(clinic=clinic, product=frozen, number="X8"), by=nurse
    )
    return {
        "slot": str(factories.slot_at(session, "18.00").pk),
        "nurse": str(nurse.pk),
        "lot": str(lot.pk),
        "vial": str(vial.pk),
        "person": str(came.pk),
        "decision": str(came.decision_id),
        "thawing": str(thawing.pk),
        "due": f"{factories.make_dose(vial=vial, by=nurse).pk}:given",
    }


def test_what_is_another_clinic_s_is_not_taken_from_a_form(
    traveller: time_machine.Traveller, valkey: redis.Redis
) -> None:
    """Everything else that is sent is good: tests/forms_walk sees it accepted."""
    taken, tried = [], 0
    for place, forms in groupby(sorted(SENT, key=_place), key=_place):
        valkey.flushdb()
        before = transaction.savepoint()
        here = PLACES[place](traveller)
        here.client.raise_request_exception = False
        theirs = elsewhere()
        for key, field, what in forms:
            walker = Walker(key, ROWS[key], here)
            sent = {**walker.good, walker.named(field): [theirs[what]]}
            answer, written = walker.send(sent)
            tried += 1
            if written or answer.status_code >= 500:
                taken.append(f"{key} {field}: {answer.status_code} {written}")
        transaction.savepoint_rollback(before)

    assert taken == []
    assert tried == len(SENT) == 20


def _place(sent: tuple[str, str, str]) -> str:
    return ROWS[sent[0]].place
