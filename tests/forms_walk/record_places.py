"""Places at the desk where somebody stands twice in the register."""

from appointments.services.booking import cancel
from care.services.merging import merge
from clinics.domain.roles import Role
from patients.services.notes import write_note
from tests import factories
from tests.access.logins import log_in
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_work


@place
def with_two_rows(traveller: Traveller) -> Place:
    """Two rows of one name and birth date, and a note on the first."""
    here = _at_work(traveller)
    day = here.about["day"]
    rows = []
    for clock in ("18.00", "18.10"):
        patient = factories.make_patient(given_name="Alice", family_name="Ås")
        booked = factories.make_booking(session=day.session, patient=patient, clock=clock)
        cancel(appointment_id=booked.pk, by=day.by, now=factories.at("16.10"))
        rows.append(patient)
    note = write_note(patient_id=rows[0].pk, text="Feil", by=day.by, now=factories.at("16.20"))
    here.arguments |= {
        "patient_id": [rows[0].pk],
        "other_id": [rows[1].pk],
        "note_id": [note.pk],
    }
    return here


@place
def with_two_rows_merged(traveller: Traveller) -> Place:
    """The two are merged, and a lead is at work."""
    here = with_two_rows(traveller)
    day = here.about["day"]
    [kept], [dropped] = here.arguments["patient_id"], here.arguments["other_id"]
    merge(keep_id=kept, drop_id=dropped, reason="told", by=day.by, now=factories.at("16.30"))
    log_in(here.client, factories.make_staff(Role.LEAD, clinic=day.clinic))
    return here
