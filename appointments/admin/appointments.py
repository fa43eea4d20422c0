"""The admin's register of appointments: no names, and nothing to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import Status
from appointments.models import Appointment
from clinics.admin_filters import ClinicFilter
from clinics.domain.roles import AT_THE_BOARD
from clinics.role_admin import ReadOnlyAdmin, works_at

STATUSES = {
    Status.HELD: _("holdes mens noen bestiller"),
    Status.BOOKED: _("bestilt"),
    Status.ARRIVED: _("møtt"),
    Status.VACCINATED: _("vaksinert"),
    Status.TURNED_AWAY: _("fikk ikke vaksinen"),
    Status.LEFT: _("gikk før vaksinen"),
    Status.DECLINED: _("ville ikke ha vaksinen"),
    Status.CANCELLED: _("avbestilt"),
    Status.NO_SHOW: _("møtte ikke"),
    Status.EXPIRED: _("ble ikke fullført"),
}


class StatusFilter(admin.SimpleListFilter):
    """The states, in words."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the states."""
        return [(status.value, words) for status, words in STATUSES.items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep the appointments in the chosen state."""
        return queryset.filter(status=self.value()) if self.value() else queryset


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin[Appointment]):
    """Appointments by id, session, seat and state. Who they are is on the board."""

    clinic_path = "slot__session__clinic_id"
    list_display = ["time", "clinic", "seat", "status_words", "dose_number", "short_id"]
    list_filter = [StatusFilter, "dose_number", ClinicFilter]
    list_select_related = ["slot__session__clinic"]
    list_per_page = 50
    date_hierarchy = "date"
    ordering = ["-date", "slot__starts_at", "seat", "pk"]
    search_fields = ["=id"]
    search_help_text = _("Søk med hele id-en til en time")
    view_on_site = False
    fields = [
        "id",
        "clinic",
        "session_link",
        "time",
        "seat",
        "status_words",
        "dose_number",
        "booked_at",
        "arrived_at",
        "ended_at",
        "sequence",
    ]
    readonly_fields = ["clinic", "session_link", "time", "status_words"]

    def row_title(self, obj: Appointment) -> str:
        """Call an appointment by its time."""
        return self.time(obj)

    def working_pages(self, request: HttpRequest, obj: Appointment) -> list[tuple[str, Any]]:
        """Lead to the person on the board."""
        session = obj.slot.session
        if obj.patient_id is None or not works_at(request, session.clinic_id, AT_THE_BOARD):
            return []
        return [(reverse("dayboard:person", args=[session.pk, obj.pk]), _("Personen på tavlen"))]

    @admin.display(description=_("Tid"), ordering="slot__starts_at")
    def time(self, obj: Appointment) -> str:
        """Write when it is."""
        return date_format(timezone.localtime(obj.slot.starts_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("Sted"))
    def clinic(self, obj: Appointment) -> str:
        """Name the clinic."""
        return obj.slot.session.clinic.name

    @admin.display(description=_("Status"), ordering="status")
    def status_words(self, obj: Appointment) -> Any:
        """Write the state in words."""
        return STATUSES[Status(obj.status)]

    @admin.display(description=_("Id"))
    def short_id(self, obj: Appointment) -> str:
        """Write the beginning of the id, which tells rows apart."""
        return str(obj.pk)[:8]

    @admin.display(description=_("Vaksinasjonsdag"))
    def session_link(self, obj: Appointment) -> str:
        """Lead to the session."""
        page = reverse("admin:appointments_clinicsession_change", args=[obj.slot.session_id])
        return format_html('<a href="{}">{}</a>', page, obj.slot.session)
