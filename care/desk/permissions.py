"""Who may open the pages of a clinic's desk."""

from collections.abc import Mapping
from typing import Any

from appointments.models import Appointment, ClinicSession, Displaced, NextAnswer, WaitingEntry
from audit.models import Alarm
from care.permissions import on_person
from care.services.known_people import is_known_at
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.permissions import at_clinic
from clinics.selectors import clinic_by_slug
from eligibility.models import ReviewCase
from notifications.models import Message
from patients.models import PatientNote
from patients.selectors import same_person
from vaccinations.models import Dose, Lot, Reaction, RecallContact, RegistryReport
from vaccinations.selectors import clinic_of_dose


def clinic_of_slug(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL."""
    clinic = clinic_by_slug(kwargs["clinic_slug"])
    return clinic.pk if clinic else None


def clinic_of_case(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the case in it is there (it may be handed over)."""
    return (
        ReviewCase.objects.filter(pk=kwargs["case_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_planned_session(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the session in it is there."""
    return (
        ClinicSession.objects.filter(pk=kwargs["session_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_entry(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the place on a waiting list in it is there."""
    return (
        WaitingEntry.objects.filter(pk=kwargs["entry_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_displaced(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the person's time was there."""
    return (
        Displaced.objects.filter(
            pk=kwargs["displaced_id"],
            appointment__slot__session__clinic__slug=kwargs["clinic_slug"],
        )
        .values_list("appointment__slot__session__clinic_id", flat=True)
        .first()
    )


def clinic_of_answer(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the answer about dose 2 in it is its to look at."""
    return (
        NextAnswer.objects.filter(pk=kwargs["answer_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_given(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the dose in it was given there."""
    clinic_id = clinic_of_slug(kwargs)
    return clinic_id if clinic_id == clinic_of_dose(kwargs["dose_id"]) else None


def clinic_that_knows(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if it has something to do with the person in it."""
    clinic = clinic_by_slug(kwargs["clinic_slug"])
    return clinic.pk if clinic and is_known_at(clinic.pk, kwargs["patient_id"]) else None


def clinic_that_knows_both(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if it has something to do with both people in it."""
    other = {**kwargs, "patient_id": kwargs["other_id"]}
    return clinic_that_knows(kwargs) if clinic_that_knows(other) else None


def clinic_of_note(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if its staff wrote the note in it about the person in it."""
    clinic = clinic_that_knows(kwargs)
    if clinic is None:
        return None
    own = PatientNote.objects.filter(
        pk=kwargs["note_id"], clinic_id=clinic, patient__in=same_person(kwargs["patient_id"])
    )
    return clinic if own.exists() else None


def clinic_of_time(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if somebody has booked the appointment in it there."""
    return (
        Appointment.objects.filter(
            pk=kwargs["appointment_id"],
            patient__isnull=False,
            slot__session__clinic__slug=kwargs["clinic_slug"],
        )
        .values_list("slot__session__clinic_id", flat=True)
        .first()
    )


def clinic_of_lot(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the lot in it is there."""
    return (
        Lot.objects.filter(pk=kwargs["lot_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_contact(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the person to be called about a lot is its to call."""
    return (
        RecallContact.objects.filter(
            pk=kwargs["contact_id"],
            recall__lot_id=kwargs["lot_id"],
            recall__lot__clinic__slug=kwargs["clinic_slug"],
        )
        .values_list("recall__lot__clinic_id", flat=True)
        .first()
    )


def clinic_of_dose_here(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the dose in it was given there."""
    return (
        Dose.objects.filter(pk=kwargs["dose_id"], vial__clinic__slug=kwargs["clinic_slug"])
        .values_list("vial__clinic_id", flat=True)
        .first()
    )


def clinic_of_reaction_here(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the dose before the reaction in it was given there."""
    return (
        Reaction.objects.filter(
            pk=kwargs["reaction_id"], dose__vial__clinic__slug=kwargs["clinic_slug"]
        )
        .values_list("dose__vial__clinic_id", flat=True)
        .first()
    )


def clinic_of_report(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the dose that the register knows was given there."""
    return (
        RegistryReport.objects.filter(
            pk=kwargs["report_id"], dose__vial__clinic__slug=kwargs["clinic_slug"]
        )
        .values_list("dose__vial__clinic_id", flat=True)
        .first()
    )


def clinic_of_message(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the message in it is its to answer for."""
    return (
        Message.objects.filter(pk=kwargs["message_id"], clinic__slug=kwargs["clinic_slug"])
        .values_list("clinic_id", flat=True)
        .first()
    )


def clinic_of_alarm(kwargs: Mapping[str, Any]) -> int | None:
    """Return the clinic in the URL, if the alarm in it is about it."""
    clinic_id = clinic_of_slug(kwargs)
    if clinic_id is None:
        return None
    found = Alarm.objects.filter(pk=kwargs["alarm_id"], clinic_id=clinic_id)
    return clinic_id if found.exists() else None


AT_DESK = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_slug)
ON_MESSAGE = on_person(*sorted(AT_THE_BOARD), by=clinic_of_message)
ON_ENTRY = on_person(*sorted(AT_THE_BOARD), by=clinic_of_entry)
ON_DISPLACED = on_person(*sorted(AT_THE_BOARD), by=clinic_of_displaced)
ON_ANSWER = on_person(*sorted(AT_THE_BOARD), by=clinic_of_answer)
ON_KNOWN = on_person(*sorted(AT_THE_BOARD), by=clinic_that_knows)
# Deviations are for those with responsibility.
SEES_DEVIATIONS = at_clinic(Role.LEAD, Role.CLINICIAN, by=clinic_of_slug)
ON_DEVIATION = on_person(Role.LEAD, Role.CLINICIAN, by=clinic_of_given)
ON_TWO_KNOWN = on_person(*sorted(AT_THE_BOARD), by=clinic_that_knows_both)
# Who takes a merge back answers for the day.
LEAD_ON_KNOWN = on_person(Role.LEAD, by=clinic_that_knows)
ON_NOTE = on_person(*sorted(AT_THE_BOARD), by=clinic_of_note)
ON_TIME = on_person(*sorted(AT_THE_BOARD), by=clinic_of_time)
ON_DOSE_HERE = on_person(*sorted(AT_THE_BOARD), by=clinic_of_dose_here)
ON_REACTION = on_person(*sorted(AT_THE_BOARD), by=clinic_of_reaction_here)
ON_REPORT = on_person(*sorted(AT_THE_BOARD), by=clinic_of_report)
# All reactions of a clinic are for those who answer for them.
ANSWER_FOR_REACTIONS = frozenset({Role.CLINICIAN, Role.LEAD})
SEES_REACTIONS = at_clinic(*sorted(ANSWER_FOR_REACTIONS), by=clinic_of_slug)
# What people sent to a clinician is for clinicians.
ON_CASES = at_clinic(Role.CLINICIAN, by=clinic_of_slug)
ON_CASE = on_person(Role.CLINICIAN, by=clinic_of_case)
# Those who plan the days start a planning; those who work at the board may read it.
PLANNERS = frozenset({Role.ADMIN, Role.LEAD})
PLANNING = at_clinic(*sorted(AT_THE_BOARD | PLANNERS), by=clinic_of_slug)
ON_PLANNED_SESSION = at_clinic(*sorted(AT_THE_BOARD | PLANNERS), by=clinic_of_planned_session)
STARTS_PLANNING = at_clinic(*sorted(PLANNERS), by=clinic_of_planned_session)
# A lead recalls a lot; everybody at the board calls the people.
RECALLS = at_clinic(Role.LEAD, by=clinic_of_lot)
ON_RECALL = at_clinic(*sorted(AT_THE_BOARD), by=clinic_of_lot)
ON_CONTACT = on_person(*sorted(AT_THE_BOARD), by=clinic_of_contact)
# Who looks after the access log; only the auditor acknowledges an alarm.
READ_ACCESS_LOG = frozenset({Role.AUDITOR, Role.LEAD})
READS_ACCESS_LOG = at_clinic(*sorted(READ_ACCESS_LOG), by=clinic_of_slug)
ON_ALARM = at_clinic(*sorted(READ_ACCESS_LOG), by=clinic_of_alarm)
READS_REPORTS = at_clinic(*sorted(PLANNERS), by=clinic_of_slug)
