"""A nurse opens somebody without a tie and says why; the auditor is told, looks and answers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from appointments.services.booking import cancel
from audit.domain import Actor
from audit.models import Alarm, AuditEntry
from audit.tasks import raise_alarms, seal_entries
from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.services.staffing import enrol_totp
from tests.browser import DESKTOP, PHONE, NewVisitor, Visitor
from tests.factories import make_booking, make_clinic, make_patient, make_session, make_staff
from tests.invariants import assert_integrity
from tests.journeys.staff import PASSWORD, SECRET, log_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LONG_AGO, A_WEEK, A_DAY = timedelta(days=40), timedelta(days=7), timedelta(days=1)


def colleague(role: Role, name: str, email: str) -> Staff:
    staff = make_staff(role, clinic=make_clinic(), name=name, email=email)
    staff.set_password(PASSWORD)
    staff.save()
    enrol_totp(staff, SECRET)
    return staff


def look_at_both_widths(visitor: Visitor) -> None:
    """Look at the page on a phone, too."""
    width, height = PHONE
    visitor.page.set_viewport_size({"width": width, "height": height})
    visitor.look()
    width, height = DESKTOP
    visitor.page.set_viewport_size({"width": width, "height": height})


def test_from_a_reason_to_an_answered_alarm(new_visitor: NewVisitor, valkey: object) -> None:
    now = timezone.now()
    alice = make_patient(given_name="Alice", family_name="Ås")
    session = make_session(starts_at=now - LONG_AGO)
    booked = make_booking(session=session, patient=alice, now=session.starts_at - A_WEEK)
    cancel(appointment_id=booked.pk, by=Actor.patient(alice.pk), now=session.starts_at - A_DAY)
    kari = new_visitor(DESKTOP, "kari")
    log_in(kari, colleague(Role.VACCINATOR, "Kari Nes", "kari@example.org"))
    person = reverse("desk:person", args=[session.clinic.slug, alice.pk])
    kari.open(person)
    kari.reads("Hvorfor åpner du dette?", "ingen time, sak eller fersk dose")
    look_at_both_widths(kari)
    kari.press("Oppgi grunnen og åpne")
    kari.reads("Velg hvorfor", "Skriv hva du skal gjøre")
    look_at_both_widths(kari)
    kari.page.check("input[name=innsyn-code][value=contact]")
    kari.page.fill("textarea[name=innsyn-text]", "Ringer om papirene fra i fjor")
    kari.press("Oppgi grunnen og åpne")
    kari.reads("Alice Ås")
    assert kari.page.url.endswith(person)

    raise_alarms()
    tora = new_visitor(DESKTOP, "tora")
    log_in(tora, colleague(Role.AUDITOR, "Tora Lie", "tora@example.org"))
    tora.press("1 varsel om innsyn")
    tora.reads("Kari Nes", "venter")
    look_at_both_widths(tora)
    tora.press("Oppga en grunn for å åpne")
    tora.reads("Personen har tatt kontakt", "Ringer om papirene fra i fjor")
    look_at_both_widths(tora)
    tora.press("Se alt om personen i loggen")
    tora.reads("Åpnet en person", "Hvorfor: oppga en grunn selv", "Bare det som gjelder Ås, Alice")
    look_at_both_widths(tora)
    tora.press("Finn en person")
    look_at_both_widths(tora)
    alarm = Alarm.objects.get()
    tora.open(reverse("desk:alarm", args=[session.clinic.slug, alarm.pk]))
    tora.press("Kvitter for varselet")
    tora.reads("Skriv hva du fant ut")
    tora.page.fill("textarea[name=note]", "Snakket med Kari: i orden.")
    tora.press("Kvitter for varselet")
    tora.reads("Du har kvittert for varselet.", "Kvittert for av Tora Lie")
    alarm.refresh_from_db()
    assert alarm.seen_at
    assert AuditEntry.objects.filter(action="person.read", why="given", patient_id=alice.pk)
    seal_entries()
    assert_integrity()
