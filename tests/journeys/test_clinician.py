"""A clinician takes a case from the queue, approves it and books a time, at a desk and by phone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from clinics.domain.calendar import oslo_date
from clinics.services.staffing import enrol_totp
from eligibility.domain.answers import Allergy
from eligibility.models import ReviewCase
from notifications.models import Message
from tests.access.logins import SECRET
from tests.browser import DESKTOP, PHONE
from tests.factories import make_case, make_clinic, make_doctor, make_patient, make_session
from tests.invariants import assert_integrity
from tests.journeys.staff import PASSWORD, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
A_DAY = timedelta(days=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def doctor():
    staff = make_doctor()
    staff.set_password(PASSWORD)
    staff.save()
    enrol_totp(staff, SECRET)
    return staff


@pytest.fixture
def alice(now):
    """Alice was exposed three days ago; others wait behind her."""
    make_clinic(slug="ullern", name="Ullern vaksinasjon")
    make_session(starts_at=now + timedelta(hours=30), now=now)
    make_case(now=now - timedelta(hours=20), allergies=frozenset({Allergy.OTHER}))
    make_case(now=now - timedelta(hours=2), exposed_on=oslo_date(now) - 5 * A_DAY)
    make_case(now=now - timedelta(hours=3), exposed_on=oslo_date(now) - 9 * A_DAY, pregnant=True)
    return make_case(
        patient=make_patient(given_name="Alice", family_name="Ås"),
        exposed_on=oslo_date(now) - 3 * A_DAY,
        sent={
            "exposure": {"exposed_on": str(oslo_date(now) - 3 * A_DAY), "contact": "household"},
            "pregnant": False,
            "immunosuppressed": "no",
            "allergies": [],
            "previous_doses": [],
        },
        note="Jeg kan komme når som helst etter klokka fire.",
        now=now - timedelta(hours=1),
    )


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_the_queue_to_a_booked_time(size, alice, doctor, new_visitor, valkey):
    lund = new_visitor(size)
    log_in(lund, doctor)
    lund.press("4 saker venter på vurdering")
    lund.reads("Saker til vurdering", "Ås, Alice", "Fristen er ute")
    lund.press("Se saken Ås, Alice")
    lund.reads("Hva reglene fant", "Ta saken for å se hva personen har sendt inn")
    assert "når som helst" not in lund.page.inner_text("main")

    lund.press("Ta saken")
    lund.reads("Jeg kan komme når som helst etter klokka fire.", "samme husstand")
    for link in ("Ikke godkjenn", "Be om å ringe", "Send til et annet sted", "Avslutt uten"):
        lund.press(link)
        lund.press("Til saken")

    lund.press("Ikke godkjenn")
    lund.press("Signer svaret")
    lund.reads("Velg hva svaret er.", "Skriv hvorfor personen ikke får tilbud.")
    lund.press("Avbryt")

    lund.press("Godkjenn")
    assert lund.page.locator("input[name=slot]").first.is_checked()
    lund.press("Godkjenn og signer")
    lund.reads("Godkjent, signert og bestilt: Alice Ås", "Avsluttet de siste sju dagene")

    booked = Appointment.objects.get(patient=alice.patient)
    alice.refresh_from_db()
    assert (alice.state, alice.decided_by, alice.sent) == ("approved", doctor, None)
    assert (booked.route, booked.decision) == ("subcutaneous", alice.outcome)
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert "booked" in kinds
    assert "case_answered" not in kinds
    lund.press("Ås, Alice")
    lund.reads("Signert av Dr. Lund, HPR 9000011")
    assert_integrity(now=timezone.now())


def test_a_refused_person_and_an_empty_queue(doctor, new_visitor, valkey, now):
    case = make_case(now=now)
    lund = new_visitor(PHONE)
    log_in(lund, doctor)
    lund.press("1 sak venter på vurdering")
    lund.press("Se saken")
    lund.press("Ta saken")
    lund.press("Ikke godkjenn")
    lund.page.check("input[name=outcome][value=not_needed]")
    lund.page.fill("textarea[name=reason]", "Du er godt beskyttet fra før.")
    lund.page.check("input[name=shown][value=yes]")
    lund.press("Signer svaret")
    lund.reads("Ingen saker venter", "Svaret er signert. Personen får melding.")
    assert ReviewCase.objects.get(pk=case.pk).reason_shown
    assert Message.objects.filter(kind="case_answered").exists()
    assert_integrity(now=timezone.now())
