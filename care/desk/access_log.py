"""The access log of a clinic for those who look after it: what is shown, and in which words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.domain import ActorKind
from audit.domain.why import Why
from audit.models import AuditEntry
from care.services.known_people import known_at
from clinics.audit_words import ACTIONS, action_in_words, why_in_words
from clinics.domain.calendar import OSLO
from clinics.domain.roles import Role
from clinics.models import Staff
from clinics.role_words import ROLE_NAMES
from patients.models import Patient
from patients.selectors import same_person_ids

Words = str | Promise
# No list and no file is longer: one narrows it by days.
MOST = 5000
LAST_DAY = date(9000, 1, 1)


@dataclass(frozen=True)
class Chosen:
    """What the reader has chosen to see. What the address says wrongly is as if not said."""

    person: UUID | None = None
    staff: int | None = None
    since: date | None = None
    until: date | None = None
    action: str = ""
    given: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> "Chosen":
        """Read it from the address."""
        staff, action = query.get("hvem", ""), query.get("hva", "")
        return cls(
            person=_uuid(query.get("person", "")),
            staff=int(staff) if staff.isascii() and staff.isdigit() and len(staff) < 16 else None,
            since=_day(query.get("fra", "")),
            until=_day(query.get("til", "")),
            action=action if action in ACTIONS else "",
            given=query.get("grunn") == "1",
        )

    @property
    def address(self) -> str:
        """Write it as the address does, to be followed by the page."""
        query = QueryDict(mutable=True)
        for name, value in (
            ("person", self.person),
            ("hvem", self.staff),
            ("fra", self.since),
            ("til", self.until),
            ("hva", self.action),
            ("grunn", "1" if self.given else ""),
        ):
            if value:
                query[name] = str(value)
        return query.urlencode()

    @property
    def named(self) -> str:
        """Name what was searched by, for the log: not what was in it."""
        told = {
            "person": self.person,
            "staff": self.staff,
            "period": self.since or self.until,
            "action": self.action,
            "given": self.given,
        }
        return "+".join(name for name, value in told.items() if value)


@dataclass(frozen=True)
class EntryShown:
    """An entry in words. ``person`` is the beginning of the person's key, "" without one."""

    entry: AuditEntry
    who: Words
    role: Words
    what: Words
    why: Words

    @property
    def person(self) -> str:
        """The beginning of the key of the person it is about."""
        return str(self.entry.patient_id or "")[:8]


def entries_at(clinic_id: int, chosen: Chosen) -> QuerySet[AuditEntry]:
    """Select a clinic's entries, the newest first; one query more for a person."""
    found = AuditEntry.objects.filter(clinic_id=clinic_id)
    if chosen.person:
        found = found.filter(patient_id__in=[chosen.person, *same_person_ids(chosen.person)])
    if chosen.staff:
        found = found.filter(actor_kind=ActorKind.STAFF, actor_id=str(chosen.staff))
    if chosen.since:
        found = found.filter(at__gte=_midnight(chosen.since))
    if chosen.until:
        found = found.filter(at__lt=_midnight(chosen.until + timedelta(days=1)))
    if chosen.action:
        found = found.filter(action=chosen.action)
    if chosen.given:
        found = found.filter(why=Why.GIVEN)
    return found.order_by("-at", "-pk")


def in_words(entries: Iterable[AuditEntry]) -> list[EntryShown]:
    """Put entries into words; one query for all names."""
    rows = list(entries)
    staff = {int(one.actor_id) for one in rows if one.actor_kind == ActorKind.STAFF}
    names = dict(Staff.objects.filter(pk__in=staff).values_list("pk", "name"))
    return [
        EntryShown(
            entry=one,
            who=_who(one, names),
            role=ROLE_NAMES[Role(one.role)] if one.role in set(Role) else one.role,
            what=action_in_words(one.action),
            why=why_in_words(one),
        )
        for one in rows
    ]


def lines(shown: Iterable[EntryShown]) -> Iterator[list[object]]:
    """Write entries as the lines of a table, the heading first: no names of people."""
    headings = (_("Når"), _("Hvem"), _("Rolle"), _("Hva"), _("Hvorfor"), _("Personens id"), "id")
    yield [str(words) for words in headings]
    for one in shown:
        yield [
            f"{one.entry.at.astimezone(OSLO):%Y-%m-%d %H:%M:%S}",
            one.who,
            one.role,
            one.what,
            one.why,
            one.entry.patient_id or "",
            one.entry.object_id,
        ]


def staff_at(clinic_id: int) -> list[tuple[int, str]]:
    """List those who work, or have worked, at a clinic, by name; one query."""
    held = Staff.objects.filter(memberships__clinic_id=clinic_id).distinct()
    return sorted(held.values_list("pk", "name"), key=lambda pair: pair[1].casefold())


def action_choices() -> list[tuple[str, Words]]:
    """List what can be done, in order of the words."""
    return sorted(ACTIONS.items(), key=lambda pair: str(pair[1]).casefold())


def known_person(clinic_id: int, person: UUID | None) -> Patient | None:
    """Return the person whom the log is narrowed to, if the clinic knows them; one query."""
    if person is None:
        return None
    return known_at(clinic_id, Patient.objects.filter(pk=person)).first()


def _who(one: AuditEntry, names: dict[int, str]) -> Words:
    if one.actor_kind == ActorKind.STAFF:
        return names.get(int(one.actor_id), _("en som ikke er ansatt lenger"))
    return _("personen selv") if one.actor_kind == ActorKind.PATIENT else _("systemet")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > 1 and found < LAST_DAY else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, OSLO)
