"""Who has read or changed what about a person, as that person reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from audit.domain import ActorKind
from audit.domain.why import Why
from audit.models import AuditEntry, GivenReason
from care.portal.log_words import action_for_them, reason_for_them
from care.portal.words import ROLES, Words
from clinics.audit_words import why_in_words
from clinics.models import Clinic, Staff
from patients.selectors import same_person_ids

# What the page calls each kind of actor in its address.
WHO = {"ansatte": ActorKind.STAFF, "deg": ActorKind.PATIENT, "systemet": ActorKind.SYSTEM}


@dataclass(frozen=True)
class Logged:
    """One line of the log: who, as what and where, did what, and why."""

    at: datetime
    what: Words
    who: Words
    role: Words
    place: str
    why: Words
    entry: AuditEntry


def entries_of(patient_id: UUID, kind: ActorKind | None = None) -> QuerySet[AuditEntry]:
    """Return a person's entries, on whichever row of theirs, the newest first; one query, later."""
    found = AuditEntry.objects.filter(patient_id__in=same_person_ids(patient_id))
    if kind is not None:
        found = found.filter(actor_kind=kind.value)
    return found.order_by("-at", "-pk")


def in_words(entries: Iterable[AuditEntry]) -> list[Logged]:
    """Put entries into words: names, and what was written as a reason, by three queries."""
    found = list(entries)
    by_staff = [one for one in found if one.actor_kind == ActorKind.STAFF]
    names = dict(
        Staff.objects.filter(pk__in={int(one.actor_id) for one in by_staff}).values_list(
            "pk", "name"
        )
    )
    places = dict(
        Clinic.objects.filter(pk__in={one.clinic_id for one in found} - {None}).values_list(
            "pk", "name"
        )
    )
    given = GivenReason.objects.in_bulk({one.why_id for one in found if one.why == Why.GIVEN})
    return [
        Logged(
            at=one.at,
            what=action_for_them(one.action),
            who=_who(one, names),
            role=ROLES.get(one.role, ""),
            place=places.get(one.clinic_id, "") if one.clinic_id else "",
            why=_why(one, given),
            entry=one,
        )
        for one in found
    ]


def _why(entry: AuditEntry, given: dict[UUID, GivenReason]) -> Words:
    """Say why: in the words of whoever had to give a reason, or by what there was to do."""
    typed = given.get(entry.why_id) if entry.why_id and entry.why == Why.GIVEN else None
    if typed is not None:
        return ". ".join(str(words) for words in (why_in_words(entry), typed.text) if words)
    words = str(why_in_words(entry))
    return reason_for_them(entry.reason) or words[:1].upper() + words[1:]


def _who(entry: AuditEntry, names: dict[int, str]) -> Words:
    if entry.actor_kind == ActorKind.PATIENT:
        return _("Du selv")
    if entry.actor_kind == ActorKind.SYSTEM:
        return _("Systemet")
    return names.get(int(entry.actor_id)) or _("En som ikke er ansatt lenger")
