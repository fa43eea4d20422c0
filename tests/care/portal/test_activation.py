"""A code handed over at the visit, the browser it activates, and the ways it must not go."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.domain.roles import Role
from patients.models import ActivatedBrowser, ActivationCode, Patient
from patients.services.activations import (
    LIFETIME,
    UNUSED,
    IdentityNotSeenError,
    end_access,
    forget_expired,
    hand_over,
)
from patients.services.identity import Shown, check_identity, undo_identity
from patients.services.merging import set_apart, set_merged
from tests import factories
from tests.access.logins import log_in
from tests.access.test_every_page import rows_written
from tests.invariants import assert_integrity
from tests.patients.people import SYNTHETIC, SYNTHETIC_D_NUMBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

HOME, CODE, PIN, LIST = (
    "/min-side/",
    "/min-side/inn/kode/",
    "/min-side/inn/pin/",
    "/min-side/nettlesere/",
)
NOW = factories.at("16.40")
REFUSED = "Koden og fødselsdatoen passer ikke sammen"


@pytest.fixture
def alice() -> Patient:
    return factories.see_id(factories.make_patient())


def code_for(patient: Patient, now: datetime = NOW) -> str:
    nurse = factories.make_staff(Role.VACCINATOR, email=f"{uuid4()}@example.org")
    clinic = factories.make_clinic()
    by = Actor.staff(nurse.pk, clinic_id=clinic.pk, role=Role.VACCINATOR)
    return hand_over(patient_id=patient.pk, clinic_id=clinic.pk, by=by, now=now)


def activate(client: Client, code: str, born: str = "14.03.1991", pin: str = "8302") -> Any:
    return client.post(CODE, {"code": code, "birth_date": born, "pin": pin})


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_a_nurse_hands_over_a_code_and_the_person_comes_in_and_again(alice: Patient) -> None:
    day = factories.make_day()
    factories.make_booking(session=day.session, patient=alice, clock="18.00")
    nurse, phone = Client(), Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone) Version/19 Safari/605")
    with time_machine.travel(NOW, tick=False) as clock:
        log_in(nurse, factories.make_staff(Role.VACCINATOR, clinic=day.clinic))
        page = f"/ansatt/{day.clinic.slug}/person/{alice.pk}/"
        person = re.search(
            rf'href="(/ansatt/[^"]*{alice.pk}/egne-sider/)"', text_of(nurse.get(page))
        )
        assert person, "the person's page leads there"
        page = person[1]
        assert nurse.get(page).status_code == 200
        assert not ActivationCode.objects.exists()
        assert "Kryss av" in text_of(nurse.post(page))
        assert nurse.get(f"{page}lapp/")["Location"] == page
        assert nurse.post(page, {"is_here": "on"})["Location"] == f"{page}lapp/"
        slip = text_of(nurse.get(f"{page}lapp/"))
        shown = re.search(r'slip__code">(\w{5} \w{5})<', slip)
        assert shown
        assert "<svg" in slip
        assert alice.name not in slip.partition('class="slip"')[2]
        assert shown[1] in text_of(nurse.get(f"{page}lapp/")), "loaded again, to be printed"
        assert shown[1] not in text_of(nurse.get(page)), "shown on the slip only"
        [kept] = ActivationCode.objects.values()
        assert shown[1].replace(" ", "") not in str(kept)
        given = AuditEntry.objects.get(action="patient.access_given")
        assert (given.role, given.clinic_id, given.patient_id) == (
            "vaccinator",
            day.clinic.pk,
            alice.pk,
        )

        for easy in ("1991", "1234", "0000", "140391", "4321"):
            assert "for lett å gjette" in text_of(activate(phone, shown[1], pin=easy))
        came = activate(phone, shown[1].lower())
        assert (came.status_code, came["Location"]) == (302, HOME)
        cookie = phone.cookies["egen"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", HOME)
        assert is_in(phone)
        assert cookie.value not in str(ActivatedBrowser.objects.values())
        assert "Safari, iPhone" in text_of(phone.get(LIST))
        assert REFUSED in text_of(activate(Client(), shown[1])), "used"

        clock.move_to(NOW + timedelta(minutes=29))
        assert is_in(phone)
        clock.move_to(NOW + timedelta(minutes=58))
        assert is_in(phone)
        clock.move_to(NOW + timedelta(minutes=61))
        assert phone.get(HOME)["Location"].startswith("/min-side/inn/")
        assert PIN in text_of(phone.get("/min-side/inn/"))
        assert "4 forsøk igjen" in text_of(phone.post(PIN, {"pin": "8303"}))
        assert phone.post(f"{PIN}?next={LIST}", {"pin": "8302"})["Location"] == LIST
        assert is_in(phone)
        clock.shift(timedelta(minutes=31))
        assert not is_in(phone), "looked away for too long"
        phone.post(PIN, {"pin": "8302"})
        phone.post("/min-side/logg-ut/")
        assert not is_in(phone)

        phone.post(PIN, {"pin": "8302"})
        nurse_ends = nurse.post(f"{page}avslutt/")
        assert nurse_ends.status_code == 302
        assert not is_in(phone), "the session ends with the browser's access"
        assert phone.post(PIN, {"pin": "8302"})["Location"] == "/min-side/inn/"


def test_the_ways_a_code_opens_nothing(alice: Patient) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        other = factories.see_id(factories.make_patient(birth_date=date(1980, 1, 2)))
        faults = []

        def due_refused(why: str, code: str, born: str = "14.03.1991") -> None:
            client = Client()
            text = text_of(activate(client, code, born))
            if REFUSED not in text or is_in(client) or client.cookies.get("egen"):
                faults.append(why)

        code = code_for(alice)
        due_refused("another's birth date", code, "02.01.1980")
        due_refused("no code of ours", "CDFHJKLMNP")
        due_refused("a sign too different", code[:-1] + ("C" if code[-1] != "C" else "D"))
        older, newer = code, code_for(alice)
        due_refused("a newer one was made", older)
        for guess in range(5):
            due_refused(f"guess {guess} at the birth date", newer, f"0{guess + 1}.03.1991")
        due_refused("the right date after five guesses", newer)
        ended = code_for(alice)
        end_access(patient_id=alice.pk, by=Actor.system(), now=NOW)
        due_refused("staff ended it", ended)
        late = code_for(alice)
        clock.move_to(NOW + LIFETIME)
        due_refused("a day has gone", late)

        assert faults == []
        assert not ActivatedBrowser.objects.exists()
        unseen = factories.make_patient()
        with pytest.raises(IdentityNotSeenError):
            code_for(unseen)
        assert not Patient.objects.get(pk=unseen.pk).activation_codes.exists()
        assert (
            activate(Client(), code_for(other, NOW + LIFETIME), "02.01.1980").status_code == 302
        ), "control"
        assert forget_expired(now=NOW + 3 * LIFETIME) == 4, "codes that were never used"


def test_five_wrong_pins_in_a_row_end_a_browser_and_a_browser_is_limited(alice: Patient) -> None:
    with time_machine.travel(NOW, tick=False):
        client = Client()
        activate(client, code_for(alice))
        client.post("/min-side/logg-ut/")
        thief = Client()
        thief.cookies["egen"] = client.cookies["egen"].value
        told = [text_of(thief.post(PIN, {"pin": f"900{guess}"})) for guess in range(5)]
        assert "1 forsøk igjen" in told[3]
        assert "har ikke tilgang lenger" in told[4]
        assert client.post(PIN, {"pin": "8302"})["Location"] == "/min-side/inn/"
        assert not is_in(client)

        guesser = Client()
        codes = [f"CDFHJK{n:04}".translate(str.maketrans("01", "98")) for n in range(22, 34)]
        answers = [text_of(activate(guesser, code)) for code in codes]
        assert sum(REFUSED in text for text in answers) == 10
        assert "Det er prøvd mange ganger" in answers[-1]


def test_a_person_ends_their_own_browsers_and_nobody_elses(alice: Patient) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        bob = factories.see_id(factories.make_patient())
        hers, lent, his = Client(), Client(), Client()
        for client, person in ((hers, alice), (lent, alice), (his, bob)):
            activate(client, code_for(person))
        of = {client: client.cookies["egen"].value for client in (hers, lent, his)}
        rows = list(ActivatedBrowser.objects.order_by("pk"))
        [bobs] = [row for row in rows if row.patient_id == bob.pk]
        before = rows_written()
        assert hers.post(f"{LIST}{bobs.pk}/avslutt/").status_code == 404
        assert hers.get(f"{LIST}{bobs.pk}/avslutt/")["Location"] == LIST
        assert set(rows_written() - before) <= {"django_session"}
        assert text_of(hers.get(LIST)).count("/avslutt/") == 2
        assert text_of(hers.get(LIST)).count("denne</") == 1
        newest = ActivatedBrowser.objects.filter(patient=alice).exclude(
            pk=hers.get(LIST).context["here"].pk
        )
        assert hers.post(f"{LIST}{newest.get().pk}/avslutt/")["Location"] == LIST
        assert (is_in(hers), is_in(lent), is_in(his)) == (True, False, True)
        assert len(set(of.values())) == 3

        clock.move_to(NOW + UNUSED + timedelta(days=1))
        assert his.post(PIN, {"pin": "8302"})["Location"] == "/min-side/inn/", "unused for too long"


def test_two_people_who_were_one_row_lose_what_was_handed_over_meanwhile(alice: Patient) -> None:
    day = factories.make_day()
    before, meanwhile = Client(), Client()
    other = factories.see_id(factories.make_patient())
    with time_machine.travel(NOW, tick=False) as clock:
        activate(before, code_for(alice))
        clock.shift(timedelta(minutes=1))
        told = {"reason": "told", "by": day.by, "now": NOW + timedelta(minutes=1)}
        joined = set_merged(kept=alice, dropped=other, **told)
        activate(meanwhile, code_for(other, NOW + timedelta(minutes=1)))
        assert is_in(meanwhile)
        assert meanwhile.get(HOME).wsgi_request.patient_id == alice.pk
        clock.shift(timedelta(minutes=1))
        set_apart(joined, reason="two_people", by=day.by, now=NOW + timedelta(minutes=2))
        assert (is_in(before), is_in(meanwhile)) == (True, False)


def test_an_id_check_that_is_taken_back_takes_what_was_handed_over_along() -> None:
    day = factories.make_day()
    booked = factories.make_booking(session=day.session, clock="18.00")
    patient = booked.patient
    assert patient
    shown = Shown(
        patient.given_name, patient.family_name, patient.birth_date, "none", "", "not_shown"
    )
    told = {"visit_id": booked.pk, "by": day.by}
    check_identity(patient_id=patient.pk, document="passport", shown=shown, now=NOW, **told)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        client = Client()
        activate(client, code_for(patient, NOW + timedelta(minutes=1)))
        assert is_in(client)
        undo_identity(now=NOW + timedelta(minutes=1), **told)
        assert not is_in(client)


def test_who_is_left_with_a_number_that_is_somebody_elses_loses_all_browsers() -> None:
    day = factories.make_day()
    bob = factories.see_id(factories.make_patient(), number=SYNTHETIC)
    client = Client()
    told = {"visit_id": uuid4(), "by": day.by, "now": NOW}
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        activate(client, code_for(bob, NOW - timedelta(days=1)))
    names = bob.given_name, bob.family_name, bob.birth_date
    shown = Shown(*names, "d_number", SYNTHETIC_D_NUMBER)
    check_identity(patient_id=bob.pk, document="passport", shown=shown, **told)
    factories.see_id(factories.make_patient(), number=SYNTHETIC)
    undo_identity(**told)
    bob.refresh_from_db()
    assert (bob.id_number, bob.id_seen_at) == (SYNTHETIC, None), "a claim again"
    assert ActivatedBrowser.objects.get().ended_at == NOW
    assert_integrity(now=NOW)
