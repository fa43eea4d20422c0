"""What the search at the desk says of each it finds, and what to do."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from appointments.domain.status import Status
from appointments.models import Appointment, ClinicSession
from appointments.selectors.day import is_under_way
from care.services.desk_search import Found
from clinics.templatetags.oslo_time import clock, day
from patients.models import Patient


@dataclass(frozen=True)
class FoundRow:
    """One who was found: what is so, and the one button. ``patient`` None: not this clinic's."""

    patient: Patient | None
    says: str
    url: str = ""
    action: str = ""
    expected: bool = False


def row_of(found: Found, session: ClinicSession, *, now: datetime) -> FoundRow:
    """Say what a person's appointment is and where to go on."""
    appointment, patient = found.appointment, found.patient
    if appointment is None:
        return FoundRow(patient, _("Har ingen time."), _book(session, patient), _("Bestill time"))
    if not found.is_here:
        return _elsewhere(found, appointment)
    if not found.is_today:
        return _another_day(appointment, session, patient, now)
    return _today(appointment, session, patient, now)


def _today(one: Appointment, session: ClinicSession, patient: Patient, now: datetime) -> FoundRow:
    at, its = clock(one.slot.starts_at), one.slot.session
    person = reverse("dayboard:person", args=[its.pk, one.pk])
    if one.status == Status.BOOKED and is_under_way(its, now):
        arrive = reverse("dayboard:arrive", args=[its.pk, one.pk])
        says = _("Time kl. %(time)s i dag.") % {"time": at}
        if its.pk != session.pk:
            says = _("Time kl. %(time)s i dag, i en annen økt.") % {"time": at}
        return FoundRow(patient, says, f"{arrive}?fra=finn", _("Møtt"), expected=True)
    if one.status == Status.CANCELLED:
        says = _("Timen kl. %(time)s er avbestilt. Vil personen ha en ny, bestiller du den.")
        return FoundRow(patient, says % {"time": at}, _book(session, patient), _("Bestill time"))
    return FoundRow(patient, _state_today(one, at), person, _("Åpne besøket"))


def _state_today(one: Appointment, at: str) -> str:
    ended = clock(one.ended_at) if one.ended_at else at
    if one.status == Status.ARRIVED and one.arrived_at:
        return _("Oppmøtet ble registrert kl. %(time)s av %(name)s. Venter.") % {
            "time": clock(one.arrived_at),
            "name": one.id_seen_by,
        }
    words = {
        Status.BOOKED: _("Time kl. %(at)s."),
        Status.VACCINATED: _("Er vaksinert. Dosen ble gitt kl. %(ended)s."),
        Status.TURNED_AWAY: _("Besøket ble avsluttet uten vaksine kl. %(ended)s."),
        Status.LEFT: _("Gikk før vaksinen, kl. %(ended)s."),
        Status.DECLINED: _("Ville ikke ha vaksinen, notert kl. %(ended)s."),
        Status.NO_SHOW: _("Er ført som ikke møtt til timen kl. %(at)s. Åpne besøket og rett det."),
    }
    return words[Status(one.status)] % {"at": at, "ended": ended}


def _another_day(
    one: Appointment, session: ClinicSession, patient: Patient, now: datetime
) -> FoundRow:
    when = {"day": day(one.slot.starts_at), "time": clock(one.slot.starts_at)}
    if one.slot.session.ends_at < now:
        says = _("Koden var for timen %(day)s kl. %(time)s, og gjelder ikke lenger.") % when
        return FoundRow(patient, says, _book(session, patient), _("Bestill time"))
    if one.status == Status.CANCELLED:
        says = _("Timen %(day)s kl. %(time)s er avbestilt.") % when
        return FoundRow(patient, says, _book(session, patient), _("Bestill time"))
    says = _(
        "Timen er %(day)s kl. %(time)s, ikke i dag. Er det plass, kan du flytte den hit. Ellers "
        "ber du personen komme da."
    )
    slug = session.clinic.slug
    return FoundRow(patient, says % when, reverse("desk:time", args=[slug, one.pk]), _("Se timen"))


def _elsewhere(found: Found, one: Appointment) -> FoundRow:
    if not found.by_code:
        # The place may tell the group. Whoever shows a code of theirs has said where themselves.
        says = _("Personen har en time et annet sted. Be dem se i meldingen om timen.")
        return FoundRow(found.patient, says)
    clinic = one.slot.session.clinic
    where = {
        "clinic": clinic.name,
        "phone": clinic.phone,
        "day": day(one.slot.starts_at),
        "time": clock(one.slot.starts_at),
    }
    says = _(
        "Timen er ved %(clinic)s, %(day)s kl. %(time)s. Be personen gå dit, eller ring dem på "
        "%(phone)s."
    )
    return FoundRow(None, says % where)


def _book(session: ClinicSession, patient: Patient) -> str:
    return reverse("desk:phone_known", args=[session.clinic.slug, patient.person_id])
