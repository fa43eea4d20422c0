"""The admin's register of the access log: who read or changed what, newest first.

It stands here and not in ``audit``, which knows neither clinics nor staff: names come from here.
"""

from contextlib import suppress
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audit.domain import ActorKind
from audit.models import AuditEntry
from audit.services import record
from clinics.admin_filters import ClinicFilter, DaysFilter
from clinics.audit_words import ACTIONS, OBJECTS, action_in_words, why_in_words
from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from clinics.role_admin import ReadOnlyAdmin, actor_at, clinics_open_to
from clinics.role_words import ROLE_NAMES

# No list is longer: counting millions of rows for a number that nobody needs would take seconds.
MOST = 5000
# The admin page of an object, by the beginning of the code.
PAGES = {
    "appointment": "admin:appointments_appointment_change",
    "board": "admin:appointments_clinicsession_change",
    "clinic": "admin:clinics_clinic_change",
    "dose_two_list": "admin:clinics_clinic_change",
    "message": "admin:notifications_message_change",
    "session": "admin:appointments_clinicsession_change",
    "staff": "admin:clinics_staff_change",
}


class NewestFirst(Paginator[Any]):
    """Pages of the newest rows; counts no further than these."""

    @cached_property
    def count(self) -> int:
        """Count up to the most that a list has."""
        rows: Any = self.object_list
        return int(rows[:MOST].count())


class NamedList(ChangeList):
    """Entries with the names of staff and clinics, in two queries for the whole page."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the page's entries and the names in them."""
        super().get_results(request)
        entries = list(self.result_list)
        attach_names(entries)
        self.result_list = entries


class ActorFilter(admin.SimpleListFilter):
    """The staff who work, or have worked, at the clinics that the user may see."""

    title = _("hvem")
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the staff, after patients and the system."""
        held = Membership.objects.all()
        open_to = clinics_open_to(request, model_admin.readers)
        if open_to is not None:
            held = held.filter(clinic_id__in=open_to)
        staff = Staff.objects.filter(pk__in=held.values("staff_id")).only("name")
        return [
            (ActorKind.PATIENT.value, _("Pasienter")),
            (ActorKind.SYSTEM.value, _("Systemet")),
            *((str(one.pk), one.name) for one in sorted(staff, key=attrgetter("sort_key"))),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        """Keep what the chosen one did."""
        chosen = self.value()
        if not chosen:
            return queryset
        if chosen in {ActorKind.PATIENT, ActorKind.SYSTEM}:
            return queryset.filter(actor_kind=chosen)
        return queryset.filter(actor_kind=ActorKind.STAFF, actor_id=chosen)


class ActionFilter(admin.SimpleListFilter):
    """What was done, in words."""

    title = _("hva")
    parameter_name = "action_code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the actions, in order of their words."""
        return sorted(ACTIONS.items(), key=lambda pair: str(pair[1]))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        """Keep one kind of action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


# Words of the admin alone: the model knows no language, and its tables are not ours to change.
AuditEntry._meta.verbose_name = _("oppføring i endringsloggen")  # noqa: SLF001
AuditEntry._meta.verbose_name_plural = _("endringslogg")  # noqa: SLF001


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin[AuditEntry]):
    """Who read or changed what, at the reader's clinics. A superuser sees all."""

    readers = frozenset({Role.ADMIN, Role.AUDITOR})
    list_display = ["when", "who", "role_name", "clinic", "what", "object_link"]
    list_filter = [("at", DaysFilter), ActorFilter, ClinicFilter, ActionFilter]
    # Rows are written in order of time, and their key is the index that the newest come by.
    ordering = ["-pk"]
    list_per_page = 100
    paginator = NewestFirst
    show_full_result_count = False
    search_fields = ["object_id"]
    search_help_text = _(
        "Søk med id-en til en person, time eller vaksinasjonsdag. Listen viser høyst de 5000 "
        "nyeste: velg datoer for å se eldre."
    )
    fields = [
        "when",
        "who",
        "role_name",
        "clinic",
        "what",
        "object_link",
        "person",
        "because",
        "note",
    ]
    readonly_fields = [
        "when",
        "who",
        "role_name",
        "clinic",
        "what",
        "object_link",
        "person",
        "because",
        "note",
    ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """List entries. Looking for those about one person is noted, where they are from."""
        page = super().changelist_view(request, extra_context)
        with suppress(ValueError):
            person = UUID(request.GET.get("q", "").strip())
            about = self.get_queryset(request).filter(patient_id=person).order_by()
            for clinic_id in set(about.values_list("clinic_id", flat=True)):
                by = actor_at(request, clinic_id, self.readers)
                now = timezone.now()
                record(action="access_log.read", by=by, now=now, patient_id=person, reason="admin")
        return page

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """List entries with names."""
        return NamedList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """Find by the whole id of an object or a person."""
        term = search_term.strip()
        if not term:
            return queryset, False
        wanted = Q(object_id=term)
        with suppress(ValueError):
            wanted |= Q(patient_id=UUID(term))
        return queryset.filter(wanted), False

    def row_title(self, obj: AuditEntry) -> str:
        """Call an entry by what was done."""
        return str(action_in_words(obj.action))

    @admin.display(description=_("Når"), ordering="pk")
    def when(self, obj: AuditEntry) -> str:
        """Write the moment."""
        return date_format(timezone.localtime(obj.at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("Hvem"))
    def who(self, obj: AuditEntry) -> Any:
        """Name a colleague; a patient is not named here."""
        if obj.actor_kind == ActorKind.STAFF:
            return _names(obj).staff or _("ukjent ansatt")
        return _("pasienten selv") if obj.actor_kind == ActorKind.PATIENT else _("systemet")

    @admin.display(description=_("Rolle"))
    def role_name(self, obj: AuditEntry) -> Any:
        """Name the role."""
        return ROLE_NAMES[Role(obj.role)] if obj.role in set(Role) else "–"

    @admin.display(description=_("Sted"))
    def clinic(self, obj: AuditEntry) -> str:
        """Name the clinic."""
        return _names(obj).clinic or "–"

    @admin.display(description=_("Hva"), ordering="action")
    def what(self, obj: AuditEntry) -> Any:
        """Say what was done."""
        return action_in_words(obj.action)

    @admin.display(description=_("Gjelder"))
    def object_link(self, obj: AuditEntry) -> str:
        """Name the object, and lead to its page where there is one."""
        area = obj.action.partition(".")[0]
        if not obj.object_id or area not in OBJECTS:
            return "–"
        words = f"{OBJECTS[area]} {obj.object_id[:8]}"
        try:
            page = reverse(PAGES[area], args=[obj.object_id])
        except (KeyError, NoReverseMatch):
            return words
        return format_html('<a href="{}">{}</a>', page, words)

    @admin.display(description=_("Personens id"))
    def person(self, obj: AuditEntry) -> str:
        """Write the id of the person it is about."""
        return str(obj.patient_id or "–")

    @admin.display(description=_("Hvorfor"))
    def because(self, obj: AuditEntry) -> Any:
        """Say what gave them a reason to be on a person's pages."""
        return why_in_words(obj) or "–"

    @admin.display(description=_("Merknad"))
    def note(self, obj: AuditEntry) -> str:
        """Show the note; not where it is about a patient's health."""
        return obj.reason if obj.reason and obj.patient_id is None else "–"


class Names:
    """The names that belong to an entry."""

    def __init__(self, staff: str = "", clinic: str = "") -> None:
        self.staff, self.clinic = staff, clinic


def attach_names(entries: list[AuditEntry]) -> None:
    """Find the names of staff and clinics in entries; two queries."""
    staff_ids = {
        int(entry.actor_id)
        for entry in entries
        if entry.actor_kind == ActorKind.STAFF and entry.actor_id.isdecimal()
    }
    clinic_ids = {entry.clinic_id for entry in entries if entry.clinic_id}
    staff = {str(pk): person.name for pk, person in Staff.objects.in_bulk(staff_ids).items()}
    clinics = Clinic.objects.in_bulk(clinic_ids)
    for entry in entries:
        clinic = clinics.get(entry.clinic_id) if entry.clinic_id else None
        entry.found_names = Names(  # type: ignore[attr-defined]
            staff.get(entry.actor_id, ""), clinic.name if clinic else ""
        )


def _names(entry: AuditEntry) -> Names:
    if not hasattr(entry, "found_names"):
        attach_names([entry])
    names: Names = entry.found_names  # type: ignore[attr-defined]
    return names
