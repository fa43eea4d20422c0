"""Places on the way of a case: with the person who sends it, and with the clinician."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from clinics.domain.roles import Role
from eligibility.models import ReviewCase
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests import factories
from tests.access.logins import log_in
from tests.appointments.cases.way import CONTACT as CASE_CONTACT
from tests.appointments.cases.way import EXPOSED, PREGNANT, Asker
from tests.forms_walk.place import (
    Place,
    Traveller,
    evening,
    patient_of,
    place,
)


def _asking(traveller: Traveller, go: Callable[[Asker], object], **answers: Any) -> Place:
    """Somebody on the way to a clinician; pregnant (A1) unless told, so asked about everything."""
    traveller.move_to(factories.BEFORE)
    session = evening()
    asker = Asker().answers(**(answers or PREGNANT))
    go(asker)
    return patient_of(asker, session)


@place
def case_clinic_chosen(traveller: Traveller) -> Place:
    """It is chosen which clinic is to decide."""
    return _asking(traveller, lambda asker: asker.choose_place())


@place
def case_code_on_its_way(traveller: Traveller) -> Place:
    """The code for a case is on its way."""

    def go(asker: Asker) -> None:
        asker.choose_place()
        asker.ask_for_code(at=CASE_CONTACT)

    return _asking(traveller, go)


@place
def about_to_send_a_case(traveller: Traveller) -> Place:
    """The code was right."""
    return _asking(traveller, lambda asker: asker.to_details())


def _case_sent(traveller: Traveller) -> Place:
    def go(asker: Asker) -> None:
        asker.to_details().send()

    here = _asking(traveller, go, **EXPOSED)
    case = ReviewCase.objects.get()
    here.arguments["case_id"] = [case.pk]
    here.about["case"] = case
    return here


@place
def case_sent(traveller: Traveller) -> Place:
    """A case waits for an answer."""
    return _case_sent(traveller)


@place
def case_approved(traveller: Traveller) -> Place:
    """A clinician has said yes."""
    here = _case_sent(traveller)
    case = here.about["case"]
    doctor = factories.actor_of(factories.make_doctor(), role=Role.CLINICIAN)
    cases.claim(case_id=case.pk, by=doctor, now=factories.BEFORE)
    cases.approve(
        case_id=case.pk,
        course=course_of(case.decision),  # type: ignore[arg-type]
        interval_override_days=None,
        reason="",
        by=doctor,
        now=factories.BEFORE,
    )
    return here


def _among_cases(traveller: Traveller) -> Place:
    traveller.move_to(factories.at("17.42"))
    clinic = factories.make_clinic()
    factories.make_clinic(slug="ullern", name="Ullern vaksinasjon", city="Asker")
    factories.make_session(clinic=clinic, starts_at=factories.at("18.00"))
    doctor = factories.make_doctor(clinic=clinic)
    case = factories.make_case(clinic=clinic)
    client = log_in(Client(), doctor)
    return Place(
        client,
        {"clinic_slug": [clinic.slug], "case_id": [case.pk]},
        {"case": case, "doctor": doctor},
    )


@place
def at_an_open_case(traveller: Traveller) -> Place:
    """A clinician with one case that nobody has taken."""
    return _among_cases(traveller)


def _with_a_case(traveller: Traveller, *, colleague: bool) -> Place:
    here = _among_cases(traveller)
    case, doctor = here.about["case"], here.about["doctor"]
    if colleague:
        doctor = factories.make_doctor(name="Dr. Moe")
    cases.claim(
        case_id=case.pk,
        by=factories.actor_of(doctor, case.clinic, Role.CLINICIAN),
        now=factories.at("17.00"),
    )
    here.about["holder"] = doctor
    return here


@place
def at_ones_own_case(traveller: Traveller) -> Place:
    """A clinician who has taken a case."""
    return _with_a_case(traveller, colleague=False)


@place
def at_a_colleagues_case(traveller: Traveller) -> Place:
    """A clinician who looks at a case that a colleague has."""
    return _with_a_case(traveller, colleague=True)
