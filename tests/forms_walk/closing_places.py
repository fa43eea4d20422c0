"""Places at the end of the day, and at the paper of the day."""

from datetime import timedelta

from django.test import Client

from appointments.models import Appointment
from care.services.closing import end_day
from care.services.visit_review import end_visit
from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.care.dayboard.pages import of_person
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_the_board, _at_work

LATE = factories.at("20.05")


@place
def at_the_end_of_the_day(traveller: Traveller) -> Place:
    """Somebody never came, a vaccinated person has not paid, and vials are left."""
    here = _at_the_board(traveller)
    day, came = here.about["day"], here.about["arrived"]
    here.client.post(of_person("rescreen", came), {"asked": "all_no"})
    came.refresh_from_db()
    dose = {"decision": came.decision_id, "vial": here.about["vial"].pk, "site": "left_upper_arm"}
    here.client.post(of_person("give_dose", came), dose)
    day.clinic.fee = "Oppmøtet koster 300 kroner."
    day.clinic.save()
    product = day.session.product
    product.stored_frozen = True
    product.save()
    frozen = factories.make_lot(clinic=day.clinic, product=product, number="7F01")
    here.about["thawing"] = factories.make_thawing(
        lot=frozen, by=day.nurse, vials=2, use_before=factories.at("23.00")
    )
    Appointment.objects.filter(pk=came.pk).update(released_at=LATE, released_by=day.nurse)
    here.about["line"] = came.pk
    traveller.move_to(LATE)
    here.client = log_in(Client(), day.nurse)
    return here


@place
def with_a_case_alone_left(traveller: Traveller) -> Place:
    """All is done but telling the doctor of a case."""
    here = _at_work(traveller)
    day = here.about["day"]
    came = factories.make_arrival(session=day.session, clock="17.40", by=day.nurse)
    answers = {"asked": "as_ticked", "yes": ["pregnant"]}
    here.client.post(of_person("rescreen", came), answers)
    here.client.post(of_person("ask_clinician", came))
    end_visit(
        appointment_id=came.pk, reason="clinician_review", by=day.by, now=factories.at("17.45")
    )
    traveller.move_to(LATE)
    here.client = log_in(Client(), day.nurse)
    return here


@place
def after_a_day_that_is_ended(traveller: Traveller) -> Place:
    """An admin, who is the lead too, looks at a day that was ended."""
    here = _at_work(traveller)
    day = here.about["day"]
    end_day(session_id=day.session.pk, cases_told=False, by=day.by, now=LATE)
    admin = factories.make_staff(Role.ADMIN, Role.LEAD, clinic=day.clinic, name="Ada")
    traveller.move_to(LATE + timedelta(hours=1))
    here.client = log_in(Client(), admin)
    here.about["closing"] = day.session.closings.get()
    return here


@place
def entering_from_paper(traveller: Traveller) -> Place:
    """The network was gone: a vial and a line of the sheet are to be entered."""
    here = _at_the_board(traveller)
    here.about["line"] = here.about["booked"].pk
    return here
