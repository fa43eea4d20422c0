"""What a visit turns into when today's answers are others than at home."""

from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment
from care.services.visit_review import cases_of
from clinics.domain.calendar import OSLO, oslo_date
from clinics.domain.roles import Role
from eligibility.domain.answers import Indication, PreviousDose
from eligibility.services import cases
from eligibility.services.decisions import course_of
from tests.browser import DESKTOP, PHONE, TABLET
from tests.factories import (
    actor_of,
    make_arrival,
    make_clinic,
    make_doctor,
    make_lot,
    make_session,
    make_vial,
)
from tests.invariants import assert_integrity
from tests.journeys.staff import log_in, make_nurse

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize(
    "size", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"]
)


@pytest.fixture
def under_way():
    """A session that began an hour ago with an open vial, and one in a week."""
    now = timezone.now().replace(second=0, microsecond=0)
    starts_at = now - timedelta(hours=1)
    clinic = make_clinic()
    lot = make_lot(clinic=clinic, expires_on=oslo_date(now) + timedelta(days=30))
    session = make_session(starts_at=starts_at, now=starts_at - timedelta(days=7))
    make_session(starts_at=starts_at + timedelta(days=7), hours=1, now=now)
    make_vial(clinic=clinic, lot=lot, now=now)
    return session


def arrived(session, **booking):
    clock = (session.starts_at + timedelta(minutes=50)).astimezone(OSLO).strftime("%H.%M")
    return make_arrival(session=session, clock=clock, **booking)


def at_the_person(new_visitor, size, waiting):
    kari = new_visitor(size)
    log_in(kari, make_nurse())
    kari.open(f"/tavle/{waiting.slot.session_id}/person/{waiting.pk}/")
    return kari


@SIZES
def test_a_fever_leads_to_another_day_there_and_then(size, under_way, new_visitor, valkey):
    waiting = arrived(under_way)
    kari = at_the_person(new_visitor, size, waiting)
    kari.page.check("input[name=yes][value=fever_over_38]")
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.reads("Vent med vaksinen", "Feber over 38 °C", "Si til personen:")

    kari.press("Finn ny time nå")
    kari.press("Bestill timen")
    kari.reads("Velg en tid")
    kari.page.locator("input[name=slot]").first.check()
    kari.press("Bestill timen")

    kari.reads("Ny time:", "Besøket er avsluttet")
    new = Appointment.objects.get(patient=waiting.patient, status="booked")
    assert new.date == under_way.date + timedelta(days=7)
    assert_integrity()


def test_a_fever_without_a_new_time_puts_the_person_on_the_call_list(
    under_way, new_visitor, valkey
):
    waiting = arrived(under_way)
    kari = at_the_person(new_visitor, TABLET, waiting)
    kari.page.check("input[name=yes][value=fever_over_38]")
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.press("Sett på ringelisten")
    kari.reads("Personen skal ringes om en ny time")

    kari.open(f"/tavle/{under_way.pk}/")
    kari.press("1 skal ringes om en ny time")
    kari.reads("Ringelisten", waiting.patient.sorted_name)
    kari.press("English")
    kari.reads("Call list", "Came")
    kari.press("Review")
    kari.press("The person wants no new appointment")
    kari.open(f"/tavle/{make_clinic().slug}/ringes/")
    kari.reads("Nobody to call")
    assert_integrity()


@SIZES
def test_a_dose_from_elsewhere_is_asked_for_and_without_papers_a_doctor_decides(
    size, under_way, new_visitor, valkey
):
    told = PreviousDose(
        under_way.date - timedelta(days=60), Indication.PPV, abroad=True, documented=True
    )
    waiting = arrived(under_way, previous_doses=(told,), dose_number=2)
    kari = at_the_person(new_visitor, size, waiting)
    kari.reads("Ikke bekreftet", "Hva viser at den er gitt?")
    kari.press("Spurt om alt: nei på alt")
    kari.reads("Velg hva du har sett om dosen")

    kari.page.check("input[name=papers_0][value=none]")
    kari.press("Spurt om alt: nei på alt")
    kari.reads(
        "En lege må avgjøre", "regnes ikke med: ingen papirer", "Dette er dose 1, ikke dose 2"
    )

    kari.press("Spør på nytt")
    kari.page.check("input[name=papers_0][value=seen]")
    kari.press("Spurt om alt: nei på alt")
    kari.reads("Papirer sett", "Sett dose 2")
    assert_integrity()


@SIZES
def test_a_doctor_is_asked_and_the_visit_goes_on_as_approved(size, under_way, new_visitor, valkey):
    waiting = arrived(under_way)
    kari = at_the_person(new_visitor, size, waiting)
    kari.page.check("input[name=yes][value=pregnant]")
    kari.page.check("input[name=yes][value=keloid_tendency]")
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.press("Spør legen")
    kari.reads("Legen er spurt.", "Venter på legen")
    kari.press("Se over")
    kari.reads("Ingen har tatt saken ennå.")

    _approve(waiting)
    kari.open(f"/tavle/{under_way.pk}/")
    kari.reads("Legen har godkjent")
    kari.press("Se over")
    kari.press("Gå videre til dosen")
    kari.reads("Sett dose 1: under huden, 0,5 ml", "Nytt svar: Gravid")
    kari.page.check("input[name=site][value=left_upper_arm]")
    kari.press("Sett dose")
    kari.reads("Dose 1 er gitt")
    assert_integrity()


def test_a_doctors_no_is_shown_with_its_reason_in_english_too(under_way, new_visitor, valkey):
    waiting = arrived(under_way)
    kari = at_the_person(new_visitor, DESKTOP, waiting)
    kari.press("English")
    kari.page.check("input[name=yes][value=pregnant]")
    kari.press("Asked everything: yes to what is ticked")
    kari.press("Ask the doctor")
    _refuse(waiting)
    kari.press("Review")
    kari.reads("The doctor has said no", "Vent til etter fødselen.")
    kari.press("End without the vaccine")
    kari.reads("The visit has ended")
    assert_integrity()


def _claimed(waiting):
    waiting.refresh_from_db()
    clinic, now = waiting.slot.session.clinic, timezone.now()
    by = actor_of(make_doctor(clinic=clinic), clinic, Role.CLINICIAN)
    case = cases_of([waiting])[waiting.pk]
    cases.claim(case_id=case.pk, by=by, now=now)
    return case, {"by": by, "now": now}


def _approve(waiting):
    case, who = _claimed(waiting)
    cases.approve(
        case_id=case.pk,
        course=course_of(case.decision),
        interval_override_days=None,
        reason="",
        **who,
    )


def _refuse(waiting):
    case, who = _claimed(waiting)
    cases.refuse(case_id=case.pk, reason="Vent til etter fødselen.", **who)
