"""What the board's pages say where a day is ended, or a reaction stands in the way."""

import pytest
from django.test import Client
from django.urls import reverse

from appointments.models import Appointment, DayClosing
from tests.care.conftest import NOW
from tests.care.dayboard.pages import of_person, text
from tests.factories import Day, make_vial
from tests.factories.visits import make_vaccinated
from vaccinations.models import Dose, Reaction, Vial
from vaccinations.services.vials import close_as_empty

ENDED = "Dagen er avsluttet."


def end(day: Day) -> None:
    DayClosing.objects.create(session=day.session, closed_at=NOW, closed_by=day.nurse, numbers={})


@pytest.fixture
def closed(day: Day) -> Vial:
    vial = make_vial(clinic=day.clinic, lot=day.lot, by=day.nurse, now=NOW)
    return close_as_empty(vial_id=vial.pk, clinic_id=day.clinic.pk, by=day.by, now=NOW)


@pytest.mark.parametrize("undo", ["reopen_vial", "not_opened"])
def test_a_vial_of_an_ended_day_is_left_as_it_is(
    day: Day, nurse: Client, closed: Vial, undo: str
) -> None:
    end(day)
    address = reverse(f"dayboard:{undo}", args=[day.session.pk, closed.pk])
    assert ENDED in text(nurse.post(address, follow=True))
    page = nurse.get(reverse("dayboard:vial", args=[day.session.pk, closed.pk]))
    assert address not in page.content.decode()


@pytest.mark.parametrize("page", ["void_dose", "correct_dose"])
def test_a_record_leads_to_the_sheet_while_a_reaction_goes_on(
    day: Day, nurse: Client, page: str
) -> None:
    came: Appointment = make_vaccinated(day, now=NOW)
    nurse.post(of_person("anaphylaxis", came))
    address = reverse(f"dayboard:{page}", args=[came.dose_id])
    for response in (nurse.get(address), nurse.post(address, {"reason": "Feil person"})):
        assert str(Reaction.objects.get().pk) in response["Location"]
    assert Dose.objects.get().voided_at is None
