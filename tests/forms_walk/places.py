"""The places a browser can be in, each with what the addresses there may name."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client

from appointments.domain.status import Move, Status
from appointments.models import Appointment
from appointments.services.booking import cancel
from appointments.services.moves import move
from audit.domain import Actor
from clinics.domain.roles import Role
from clinics.services.invitations import invite
from clinics.services.staffing import enrol_totp
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.models import GroupInterest, ReviewCase
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests import factories
from tests.access.logins import SECRET, log_in
from tests.appointments.views.line import Booker, newest_code
from tests.care.dayboard.pages import of_person
from tests.forms_walk.place import (
    PASSWORD,
    Place,
    Traveller,
    evening,
    patient_of,
    place,
)


@place
def outside(traveller: Traveller) -> Place:
    """Nobody known, nothing answered."""
    traveller.move_to(factories.BEFORE)
    staff = factories.make_staff(Role.VACCINATOR, email="kari@example.org")
    staff.set_password(PASSWORD)
    staff.save()
    enrol_totp(staff, SECRET)
    booker = Booker()
    return patient_of(booker, evening())


@place
def at_the_first_question(traveller: Traveller) -> Place:
    """The questions are begun."""
    traveller.move_to(factories.BEFORE)
    return patient_of(Booker().begin(), evening())


def _answered(traveller: Traveller, **changed: Any) -> Place:
    traveller.move_to(factories.BEFORE)
    session = evening()
    booker = Booker()
    booker.answer_all(**changed)
    return patient_of(booker, session)


@place
def answered(traveller: Traveller) -> Place:
    """All questions that Alice is asked are answered."""
    return _answered(traveller)


@place
def answered_as_exposed(traveller: Traveller) -> Place:
    """Somebody who was near a person who is ill."""
    return _answered(traveller, smitte="yes", smittedato="17.11.2026", kontakt="sexual")


@place
def answered_as_ill_after_a_dose(traveller: Traveller) -> Place:
    """Somebody with one dose, who is asked what came after."""
    dose = {"number": "1", "day_1": "01.10.2026", "why_1": "ppv", "where_1": "norway"}
    return _answered(traveller, tidligere=dose)


@place
def answered_after_exposure_before(traveller: Traveller) -> Place:
    """Somebody whose dose was given after exposure, who is asked about the risk to come."""
    dose = {"number": "1", "day_1": "01.10.2026", "why_1": "pepv", "where_1": "norway"}
    return _answered(traveller, tidligere=dose)


def _on_the_way(traveller: Traveller, go: Callable[[Booker, Any], object]) -> Place:
    traveller.move_to(factories.BEFORE)
    session = evening()
    booker = Booker().answers()
    booker.choose(session)
    go(booker, session)
    here = patient_of(booker, session)
    here.about["booker"] = booker
    return here


@place
def holding_a_time(traveller: Traveller) -> Place:
    """A time is chosen."""
    return _on_the_way(traveller, lambda _booker, _session: None)


@place
def waiting_for_the_code(traveller: Traveller) -> Place:
    """The code is on its way."""
    return _on_the_way(traveller, lambda booker, _session: booker.ask_for_code())


@place
def proved(traveller: Traveller) -> Place:
    """The code was right."""
    return _on_the_way(traveller, lambda booker, _session: booker.prove())


@place
def at_the_summary(traveller: Traveller) -> Place:
    """All is filled in."""

    def go(booker: Booker, _session: Any) -> None:
        booker.prove()
        booker.name()

    return _on_the_way(traveller, go)


@place
def booked(traveller: Traveller) -> Place:
    """Alice has her appointment."""

    def go(booker: Booker, _session: Any) -> None:
        booker.prove()
        booker.name()
        booker.book()

    here = _on_the_way(traveller, go)
    mine = Appointment.objects.get(status=Status.BOOKED, patient__email_hash__gt="")
    here.arguments["appointment_id"] = [mine.pk]
    here.about["mine"] = mine
    in_five_weeks = factories.OPENING + timedelta(weeks=5)
    here.about["in_five_weeks"] = factories.make_session(starts_at=in_five_weeks)
    return here


@place
def subscribed(traveller: Traveller) -> Place:
    """Alice's calendar fetches her appointments."""
    here = booked(traveller)
    here.client.post(f"/min-time/{here.about['mine'].pk}/abonnement/")
    here.arguments["feed_token"] = [here.client.cookies["feed"].value]
    return here


@place
def just_cancelled(traveller: Traveller) -> Place:
    """Alice has cancelled her appointment a moment ago."""
    here = booked(traveller)
    here.client.post(f"/min-time/{here.about['mine'].pk}/avbestill/")
    return here


@place
def missed_it(traveller: Traveller) -> Place:
    """Alice did not come, and opens the link to a new time."""
    here = booked(traveller)
    move(here.about["mine"], Move.MISS, ended_at=factories.BEFORE)
    return here


@place
def finding_ones_own(traveller: Traveller) -> Place:
    """A code was asked for, to find an appointment again."""
    traveller.move_to(factories.BEFORE)
    booker = Booker()
    booker.ask_for_code(at="/min-time/")
    here = patient_of(booker, None)
    here.about["booker"] = booker
    return here


def _wishing(traveller: Traveller) -> Place:
    """Somebody has asked to be told, and waits for the code."""
    here = _answered(traveller)
    wish = {"clinic": "nydalen", "channel": "email", "email": "alice@example.org"}
    here.client.post("/beskjed/", {**wish, "consent": ["yes"]})
    return here


@place
def asking_to_be_told(traveller: Traveller) -> Place:
    """The code is on its way to somebody who wants to be told of times."""
    return _wishing(traveller)


@place
def to_be_told(traveller: Traveller) -> Place:
    """Somebody who will be told of times."""
    here = _wishing(traveller)
    here.client.post("/beskjed/kode/", {"code": newest_code()})
    here.arguments["interest_id"] = [GroupInterest.objects.get().pk]
    return here


# People at work


@place
def password_given(traveller: Traveller) -> Place:
    """A nurse whose app's code is due."""
    here = outside(traveller)
    here.client.post("/ansatt/konto/logg-inn/", {"login": "kari@example.org", "password": PASSWORD})
    return here


def _at_work(traveller: Traveller, *, second_factor: bool = True, app: bool = True) -> Place:
    traveller.move_to(factories.at("17.42"))
    day = factories.make_day()
    day.nurse.set_password(PASSWORD)
    day.nurse.save()
    if app:
        enrol_totp(day.nurse, SECRET)
    client = log_in(Client(), day.nurse, second_factor=second_factor)
    factories.make_lot(clinic=day.clinic, number="4F22")
    return Place(
        client,
        {"session_id": [day.session.pk], "clinic_slug": [day.clinic.slug]},
        {"day": day, "lot": day.lot},
    )


CONFIRM = "/ansatt/konto/bekreft-passord/"


@place
def at_work_without_an_app(traveller: Traveller) -> Place:
    """A new nurse, who has to add an app and has just given the password again."""
    here = _at_work(traveller, second_factor=False, app=False)
    here.client.post(CONFIRM, {"password": PASSWORD})
    return here


@place
def at_the_account(traveller: Traveller) -> Place:
    """A nurse who has just given the password again, with an app and recovery codes."""
    here = _at_work(traveller)
    here.client.post(CONFIRM, {"password": PASSWORD})
    here.client.post("/ansatt/konto/totrinn/reservekoder/nye/")
    # The app may go, then: it is not the last.
    factories.make_passkey(here.about["day"].nurse)
    return here


@place
def logged_in_elsewhere(traveller: Traveller) -> Place:
    """A nurse who is logged in in another browser, too."""
    here = _at_work(traveller)
    log_in(Client(), here.about["day"].nurse)
    return here


@place
def invited(traveller: Traveller) -> Place:
    """Somebody new with a link, who is nobody yet."""
    traveller.move_to(factories.BEFORE)
    staff = factories.make_staff(Role.VACCINATOR, email="ny@example.org", name="Ny Nes")
    token = invite(staff=staff, by=Actor.system(), now=factories.BEFORE)
    return Place(Client(), {"invitation_token": [token]})


@place
def at_work_without_the_second_factor(traveller: Traveller) -> Place:
    """A nurse who has an app and has not shown it."""
    return _at_work(traveller, second_factor=False)


def _at_the_board(traveller: Traveller) -> Place:
    here = _at_work(traveller)
    day = here.about["day"]
    booking = factories.make_booking(session=day.session, clock="18.00")
    arrived = factories.make_arrival(session=day.session, clock="17.40", by=day.nurse)
    vial = factories.make_vial(
        clinic=day.clinic, lot=day.lot, by=day.nurse, now=factories.at("17.30")
    )
    here.arguments |= {"appointment_id": [booking.pk, arrived.pk], "vial_id": [vial.pk]}
    here.about |= {"booked": booking, "arrived": arrived, "vial": vial}
    return here


@place
def at_the_board(traveller: Traveller) -> Place:
    """A nurse with one person expected, one waiting, one open vial."""
    return _at_the_board(traveller)


@place
def calling_again(traveller: Traveller) -> Place:
    """Somebody who cancelled calls for another time; what was decided stands."""
    here = _at_work(traveller)
    day = here.about["day"]
    booking = factories.make_booking(session=day.session, clock="18.00")
    cancel(appointment_id=booking.pk, by=day.by, now=factories.at("16.10"))
    here.arguments["patient_id"] = [booking.patient_id]
    here.about["session"] = day.session
    return here


@place
def with_a_dose_to_spare(traveller: Traveller) -> Place:
    """Somebody could come on short notice for what the open vial has left over."""
    here = _at_the_board(traveller)
    factories.make_wait(clinic=here.about["day"].clinic, wants_time=False, eta_minutes=20)
    return here


@place
def about_to_give(traveller: Traveller) -> Place:
    """The waiting person has answered no to everything."""
    here = _at_the_board(traveller)
    here.client.post(of_person("rescreen", here.about["arrived"]), {"asked": "all_no"})
    here.about["arrived"].refresh_from_db()
    return here


@place
def stopped_by_a_fever(traveller: Traveller) -> Place:
    """The waiting person has a fever."""
    here = _at_the_board(traveller)
    answers = {"asked": "as_ticked", "yes": ["fever_over_38"]}
    here.client.post(of_person("rescreen", here.about["arrived"]), answers)
    here.about["arrived"].refresh_from_db()
    here.about["later"] = factories.make_session(
        clinic=here.about["day"].clinic, starts_at=factories.OPENING + timedelta(days=7)
    )
    return here


@place
def with_a_dose_from_elsewhere(traveller: Traveller) -> Place:
    """The waiting person has told of a dose abroad."""
    here = _at_work(traveller)
    day = here.about["day"]
    told = PreviousDose(
        factories.DAY - timedelta(days=60), Indication.PPV, abroad=True, documented=True
    )
    arrived = factories.make_arrival(
        session=day.session, clock="17.40", by=day.nurse, previous_doses=(told,), dose_number=2
    )
    here.arguments["appointment_id"] = [arrived.pk]
    return here


@place
def to_be_decided(traveller: Traveller) -> Place:
    """The waiting person is pregnant: a clinician decides."""
    here = _at_the_board(traveller)
    answers = {"asked": "as_ticked", "yes": ["pregnant"]}
    here.client.post(of_person("rescreen", here.about["arrived"]), answers)
    return here


@place
def approved_at_the_visit(traveller: Traveller) -> Place:
    """A clinician has approved what the visit brought up."""
    here = to_be_decided(traveller)
    here.client.post(of_person("ask_clinician", here.about["arrived"]))
    clinic, now = here.about["day"].clinic, factories.at("17.42")
    by = factories.actor_of(factories.make_doctor(clinic=clinic), clinic, Role.CLINICIAN)
    case = ReviewCase.objects.get()
    course = course_of(case.decision)
    assert course
    cases.claim(case_id=case.pk, by=by, now=now)
    cases.approve(
        case_id=case.pk, course=course, interval_override_days=None, reason="", by=by, now=now
    )
    return here
