"""What a person reads about themselves: everything, in their language, whoever they are."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.domain import Actor
from audit.models import AuditEntry, GivenReason
from audit.services import record as note
from care.portal.record import record_of
from care.services.merging import merge
from patients.models import Patient
from patients.services.notes import write_note
from tests import factories
from tests.access.people import prove
from tests.factories import BEFORE
from tests.integrity.world import NOW
from vaccinations.models import Dose

pytestmark = pytest.mark.django_db
PAGES = ("portal:home", "portal:record", "portal:log")


def words_of(record):
    lines = [line for section in record.sections for line in section.lines]
    said = [str(words) for line in lines for words in (line.what, line.tag, *line.more)]
    return [*said, *(str(fact.value) for fact in (*record.about, *record.contact))]


def test_a_person_reads_dose_lot_and_who_gave_it_and_what_staff_wrote():
    day = factories.make_day()
    patient = factories.make_patient(given_name="Åse")
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    dose = factories.make_dose(patient=patient, vial=vial, by=day.nurse)
    write_note(patient_id=patient.pk, text="Ring etter kl. 15", by=day.by, now=BEFORE)
    said = "\n".join(words_of(record_of(patient.pk, now=NOW)))
    for words in (dose.lot_number, day.nurse.name, "Dose 1", "Ring etter kl. 15", "Åse"):
        assert words in said


def test_merged_rows_are_read_as_one_person():
    day = factories.make_day()
    kept, dropped = (factories.make_booking(session=day.session, clock=c).patient for c in PLACES)
    vial = factories.make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse)
    Dose.objects.filter(pk=factories.make_dose(patient=kept, vial=vial, by=day.nurse).pk).update(
        dose_number=2
    )
    dropped.appointments.update(dose_number=2, status="cancelled", ended_at=BEFORE)
    kept.appointments.update(status="cancelled", ended_at=BEFORE)
    merge(keep_id=kept.pk, drop_id=dropped.pk, reason="told", by=day.by, now=NOW)
    for row in (kept, dropped):
        record = record_of(row.pk, now=NOW)
        assert record.person == kept
        assert len(next(one for one in record.sections if one.name == "timer").lines) == 2


PLACES = ("17.00", "17.30")


@pytest.fixture
def patient(client):
    with time_machine.travel(NOW, tick=False):
        patient = factories.make_booking(clock="19.00").patient
        prove(client, patient)
        yield patient


def test_the_number_is_masked_until_it_is_asked_for(client, patient):
    Patient.objects.filter(pk=patient.pk).update(id_kind="national", id_number="02013299997")
    page = client.get(reverse("portal:record")).content.decode()
    assert "020132 •••••, som du oppga selv" in page
    hidden = page[page.index("Vis hele nummeret") :]
    assert "02013299997" in hidden[: hidden.index("</details>")]
    assert page.count("02013299997") == 1


def test_the_log_says_who_as_what_where_and_why_and_keeps_the_three_apart(client, patient):
    lead = factories.make_staff(name="Lise Leder")
    at_desk = Actor.staff(lead.pk, clinic_id=factories.make_clinic().pk, role="lead")
    for reason in ("has_a_time", "Ringte og spurte", "weird_code"):
        note(action="person.read", by=at_desk, now=NOW, patient_id=patient.pk, reason=reason)
    written = GivenReason.objects.create(code="request", text="Svarer på klagen", given_at=NOW)
    AuditEntry.objects.create(
        at=NOW,
        actor_kind="staff",
        actor_id=str(lead.pk),
        patient_id=patient.pk,
        action="person.read",
        reason="request",
        why="given",
        why_id=written.pk,
    )
    note(action="board.read", by=Actor.system(), now=NOW, patient_id=patient.pk)
    of_another = factories.make_patient()
    note(action="note.written", by=at_desk, now=NOW, patient_id=of_another.pk)

    staff = client.get(reverse("portal:log")).content.decode()
    assert "Lise Leder, leder, Nydalen vaksinasjon" in staff
    assert "Hvorfor: Du har en time der" in staff
    assert "Hvorfor: Ringte og spurte" in staff
    assert "oppga en grunn selv. Svarer på klagen" in staff
    assert "weird_code" not in staff
    assert "Skrev et notat" not in staff
    own = client.get(reverse("portal:log") + "?hvem=deg").content.decode()
    assert "Så hvem som har lest om seg" in own
    assert "Lise Leder" not in own
    system = client.get(reverse("portal:log") + "?hvem=systemet&side=1000").content.decode()
    assert "Så deg på listen over dem som skulle komme" in system


def test_the_log_is_read_page_by_page_in_as_many_queries(client, patient):
    by = Actor.staff(factories.make_staff().pk, clinic_id=factories.make_clinic().pk, role="lead")
    costs = []
    for more in (1, 120):
        for _one in range(more):
            note(action="person.read", by=by, now=NOW, patient_id=patient.pk)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(reverse("portal:log")).content.decode()
        costs.append(len(asked))
    assert costs[0] == costs[1]
    assert "Side 1 av 3" in page
    assert "hvem=ansatte&amp;side=2" in page


def test_pages_are_never_kept_and_reading_is_in_the_log_as_the_persons_own(client, patient):
    for name in PAGES:
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert "no-store" in response.headers["Cache-Control"]
    own = AuditEntry.objects.filter(patient_id=patient.pk, action__startswith="own_")
    assert {one.action for one in own} == {"own_record.read", "own_log.read"}
    assert {(one.actor_kind, one.actor_id) for one in own} == {("patient", str(patient.pk))}


def test_who_has_shown_who_they_are_opens_their_own_times_and_no_others(client, patient):
    own = patient.appointments.get()
    other = factories.make_booking(session=own.slot.session, clock="18.00")
    assert client.get(reverse("appointments:mine", args=[own.pk])).status_code == 200
    assert client.get(reverse("appointments:change", args=[own.pk])).status_code == 200
    assert client.get(reverse("appointments:mine", args=[other.pk])).status_code == 302
    assert (
        reverse("appointments:cancel", args=[own.pk])
        in client.get(reverse("portal:home")).content.decode()
    )
