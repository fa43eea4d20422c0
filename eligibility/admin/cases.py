"""The admin's register of review cases: how they went and who answered; never what was sent.

Who answers for the clinic's decisions, and who controls how the data are used, may read it.
"""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.admin_filters import ClinicFilter, DaysFilter
from clinics.domain.roles import Role
from clinics.role_admin import ReadOnlyAdmin, works_at
from eligibility.models import ReviewCase

# What was sent, the reason and the exposure's day stay encrypted: they are not even read.
_ENCRYPTED = ("sent", "note", "reason", "exposed_on")


@admin.register(ReviewCase)
class ReviewCaseAdmin(ReadOnlyAdmin[ReviewCase]):
    """Cases of the user's clinics."""

    readers = frozenset({Role.CLINICIAN, Role.AUDITOR})
    list_display = ["opened", "kind", "state", "high_risk", "deadline", "claimed_by", "clinic"]
    list_filter = ["state", "kind", "high_risk", ("opened_at", DaysFilter), ClinicFilter]
    list_per_page = 50
    ordering = ["-opened_at", "pk"]
    show_full_result_count = False
    search_fields = ["=id"]
    search_help_text = _("Søk med hele id-en til en sak")
    fields = [
        "id",
        "clinic",
        "kind",
        "state",
        "high_risk",
        "deadline",
        "opened_at",
        "claimed_by",
        "claimed_at",
        "decided_by",
        "hpr_number",
        "decided_at",
        "closed_at",
    ]
    readonly_fields = ["id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewCase]:
        """Read no more of each case than is shown."""
        rows = super().get_queryset(request)
        return rows.select_related("clinic", "claimed_by", "decided_by").defer(*_ENCRYPTED)

    def working_pages(
        self, request: HttpRequest, obj: ReviewCase
    ) -> list[tuple[str, str | Promise]]:
        """Lead a clinician of the clinic to the case's page."""
        if not works_at(request, obj.clinic_id, {Role.CLINICIAN}):
            return []
        return [(reverse("desk:case", args=[obj.clinic.slug, obj.pk]), _("Saken i køen"))]

    def row_title(self, obj: ReviewCase) -> str:
        """Call a case by its time."""
        return self.opened(obj)

    @admin.display(description=_("Sendt inn"), ordering="opened_at")
    def opened(self, obj: ReviewCase) -> str:
        """Write when it was sent."""
        return date_format(timezone.localtime(obj.opened_at), "SHORT_DATETIME_FORMAT")
