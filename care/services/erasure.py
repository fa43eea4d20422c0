"""Deletes what may be deleted about a person, and tells what must be kept and why.

Who has had no dose, and has not been assessed by health personnel, is deleted wholly. Of others the
journal stays: doses, what they stand on, what came of them. The preview is the plan that is carried
out: both are made by ``plan_of``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from appointments.domain.status import ACTIVE, Status
from appointments.models import (
    Appointment,
    Displaced,
    MoveAsk,
    NextAnswer,
    Offer,
    OfferSkip,
    WaitingEntry,
)
from audit.domain import Actor
from audit.services import record_many
from care.services.own_data import TABLES, OwnData, own_data
from care.services.withdrawal import AtTheClinicError, is_at_the_clinic, withdraw
from eligibility.domain.cases import DECIDED, WAITING
from eligibility.models import Decision, ReviewCase, ReviewCaseEvent
from eligibility.services.retention import BY_STAFF, drop_groups
from notifications.models import Message
from patients.models import (
    ActivatedBrowser,
    ActivationCode,
    IdentityCheck,
    LinkToken,
    MessageStop,
    OneTimeCode,
    Patient,
    PatientMerge,
    PatientNote,
)
from patients.selectors import same_person
from vaccinations.models import (
    DeviationSeen,
    Dose,
    Reaction,
    ReactionEntry,
    RecallContact,
    RegistryReport,
)

__all__ = ["AtTheClinicError", "BusyError", "Plan", "erase", "preview"]
TRIES = 3
# What came of a visit at which health personnel saw the person.
SEEN = frozenset({Status.VACCINATED, Status.TURNED_AWAY, Status.LEFT, Status.DECLINED})
# Of a person whose journal stays, what is kept on their own row beyond it.
BLANK: Mapping[str, Any] = {
    "phone": "",
    "phone_hash": "",
    "email": "",
    "email_hash": "",
    "contact_by": Patient.ContactBy.NONE.value,
    "call_name": "",
    "interpreter": "",
    "any_hour": False,
    "language": "nb",
}
# The journal, where there is one, and the person's own ways to read it: all rows of these stay.
_JOURNAL: frozenset[type[Model]] = frozenset(
    {
        Patient,
        Dose,
        DeviationSeen,
        RegistryReport,
        Reaction,
        ReactionEntry,
        RecallContact,
        IdentityCheck,
        PatientMerge,
        PatientNote,
        ActivationCode,
        ActivatedBrowser,
    }
)
# What points at a row goes before it.
_ORDER: tuple[type[Model], ...] = (
    OfferSkip,
    Offer,
    MoveAsk,
    Displaced,
    Appointment,
    ReviewCaseEvent,
    ReviewCase,
    WaitingEntry,
    NextAnswer,
    Decision,
    MessageStop,
    PatientNote,
    PatientMerge,
    IdentityCheck,
    ActivatedBrowser,
    ActivationCode,
)


class BusyError(Exception):
    """Something was booked, or changed, each time we looked: it can be tried again."""


class _ChangedMeanwhileError(Exception):
    """What was looked at is not what is there under the lock."""


@dataclass(frozen=True)
class Plan:
    """What is deleted and what is kept, as keys by table.

    ``whole``: nothing is kept but the access log. ``blanked``: the journal stays, and what is not a
    part of it is emptied on the person's own row and on the decisions.
    """

    whole: bool
    removed: Mapping[type[Model], tuple[Any, ...]]
    kept: Mapping[type[Model], tuple[Any, ...]]


def preview(patient_id: UUID) -> Plan:
    """Tell what ``erase`` would delete and keep of the person of a row; changes nothing."""
    return plan_of(own_data(patient_id))


def erase(*, patient_id: UUID, by: Actor, now: datetime) -> Plan:
    """Delete what may be deleted about a person, and return what that was.

    What is coming is called off first, so that places go to others. Whoever books for the person
    meanwhile is waited for, and then called off too. Raises AtTheClinicError, BusyError,
    Patient.DoesNotExist.
    """
    for _try in range(TRIES):
        try:
            return _erase(patient_id=patient_id, by=by, now=now)
        except _ChangedMeanwhileError:
            continue
    raise BusyError


def plan_of(data: OwnData) -> Plan:
    """Say which rows go and which stay: by what stands in the journal, and by nothing else."""
    visits = {one for one in data.of(Appointment) if one.dose_id or one.status in SEEN}
    cases = {one for one in data.of(ReviewCase) if one.state in DECIDED}
    behind = {one.decision_id for one in visits} | {one.decision_id for one in cases}
    behind |= {one.outcome_id for one in cases}
    # A dose may stand without a visit: then on what was decided last before it was written down.
    for dose in data.of(Dose):
        before = [one.pk for one in data.of(Decision) if one.made_at <= dose.recorded_at]
        behind |= set(before[:1])
    decisions = {one for one in data.of(Decision) if one.pk in behind or one.source in BY_STAFF}
    whole = not (data.of(Dose) or visits or cases or decisions)
    events = {one for one in data.of(ReviewCaseEvent) if one.case_id in {c.pk for c in cases}}
    stays: dict[type[Model], set[Any]] = {
        Appointment: visits,
        ReviewCase: cases,
        ReviewCaseEvent: events,
        Decision: decisions,
    }
    if not whole:
        stays |= {model: set(data.found[model]) for model in _JOURNAL}
    removed, kept = {}, {}
    models: list[type[Model]] = [*(table.model for table in TABLES), Message]
    for model in models:
        staying = stays.get(model, set())
        kept[model] = tuple(one.pk for one in data.found[model] if one in staying)
        removed[model] = tuple(one.pk for one in data.found[model] if one not in staying)
    return Plan(whole=whole, removed=removed, kept=kept)


@transaction.atomic
def _erase(*, patient_id: UUID, by: Actor, now: datetime) -> Plan:
    withdraw(patient_id=patient_id, by=by, now=now)
    _lock(patient_id)
    if is_at_the_clinic(patient_id, now=now):
        raise AtTheClinicError
    data = own_data(patient_id)
    if _is_coming(data):
        raise _ChangedMeanwhileError
    plan = plan_of(data)
    _forget_contact(data)
    for model in _ORDER:
        model._default_manager.filter(pk__in=plan.removed[model]).delete()  # noqa: SLF001
    if plan.whole:
        # Duplicates point at the row that is kept.
        Patient.objects.filter(pk__in=data.rows).exclude(pk=data.person.pk).delete()
        Patient.objects.filter(pk=data.person.pk).delete()
    else:
        Patient.objects.filter(pk__in=data.rows).update(**BLANK)
        drop_groups(list(plan.kept[Decision]), now=now)
    record_many(
        action="patient.erased",
        by=by,
        now=now,
        patients=dict.fromkeys(data.rows, ""),
        reason="everything" if plan.whole else "journal_kept",
    )
    return plan


def _lock(patient_id: UUID) -> None:
    """Lock what may be deleted, in the order in which others take it: the person comes last.

    FOR UPDATE: nobody adds a row that points at the person until the transaction ends, and whoever
    is doing so is waited for.
    """
    rows = same_person(patient_id)
    for found in (
        WaitingEntry.objects.filter(patient__in=rows),
        Offer.objects.filter(entry__patient__in=rows),
        Appointment.objects.filter(patient__in=rows),
    ):
        list(found.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    _lock_person(patient_id)


def _lock_person(patient_id: UUID) -> None:
    people = Patient.objects.filter(pk__in=same_person(patient_id)).select_for_update()
    list(people.order_by("pk").values_list("pk"))


def _is_coming(data: OwnData) -> bool:
    """Tell whether something was booked or sent between the withdrawal and the lock."""
    return (
        any(one.status in ACTIVE for one in data.of(Appointment))
        or any(one.ended_at is None for one in data.of(WaitingEntry))
        or any(one.state in WAITING for one in data.of(ReviewCase))
    )


def _forget_contact(data: OwnData) -> None:
    """Delete messages, the links in them, and codes that were sent: none of them is a journal."""
    Message.objects.filter(subject_id__in=data.subjects).delete()
    LinkToken.objects.filter(subject_id__in=data.subjects).delete()
    hashes = {
        hashed for one in data.of(Patient) for hashed in (one.phone_hash, one.email_hash) if hashed
    }
    OneTimeCode.objects.filter(contact_hash__in=hashes).delete()
