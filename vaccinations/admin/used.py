"""The admin's pages for products, opened vials and doses. Of people they say nothing."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinics.domain.roles import AT_THE_BOARD
from clinics.models import Clinic
from clinics.role_admin import ReadOnlyAdmin, RoleAdmin
from vaccinations.admin.base import OfClinic
from vaccinations.admin.filters import ClosedFilter, VoidedFilter
from vaccinations.models import Dose, Product, Vial


@admin.register(Product)
class ProductAdmin(RoleAdmin[Product]):
    """Vaccines. What a doctor decides about them stands on pages of its own."""

    audit_name = "product"
    clinic_path = ""
    list_display = ["name", "vial_ml", "stored_frozen"]
    search_fields = ["name"]
    ordering = ["name"]


class UsedAdmin(ReadOnlyAdmin[Any]):
    """Rows from the clinic's days, with the way to the page where one works with them."""

    change_form_template = "admin/vaccinations/used.html"

    def working_page(self, row: Any) -> str:
        """Return the address of the page at the board."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a row, with the way to the board for those who stand there."""
        row: Model | None = self.get_object(request, object_id)
        context = dict(extra_context or {})
        at_board = not request.user.is_superuser and self._may(request, AT_THE_BOARD, row)
        if row is not None and at_board:
            context["working_page"] = self.working_page(row)
        return super().change_view(request, object_id, form_url, context)


@admin.register(Vial)
class VialAdmin(UsedAdmin):
    """Opened vials."""

    list_display = [
        "day",
        "letter",
        "lot",
        "opened_at",
        "use_before",
        "closed_at",
        "discarded",
        "discard_reason",
        "clinic",
    ]
    list_display_links = ["day", "letter"]
    list_filter = [
        "day",
        "discard_reason",
        ClosedFilter,
        ("clinic", OfClinic),
    ]
    list_select_related = ["clinic", "lot"]
    search_fields = ["lot__number"]
    ordering = ["-day", "-opened_at"]
    fields = [
        "day",
        "letter",
        "clinic",
        "lot",
        "thawing",
        "opened_at",
        "opened_by",
        "use_before",
        "discarded",
        "discard_reason",
        "not_obtainable",
        "closed_at",
        "id",
    ]
    readonly_fields = ["id"]

    def working_page(self, row: Vial) -> str:
        """Return the board of the vial's day."""
        return reverse("dayboard:of_vial", args=[row.pk])


@admin.register(Dose)
class DoseAdmin(UsedAdmin):
    """Doses, without the people who got them: who they are stands on the working pages."""

    clinic_path = "vial__clinic_id"
    list_display = [
        "id",
        "given_at",
        "clinic",
        "lot",
        "route",
        "vaccinator",
        "within_limits",
        "is_voided",
    ]
    list_filter = [
        "given_at",
        "route",
        "within_limits",
        VoidedFilter,
        ("vial__clinic", OfClinic),
    ]
    list_select_related = ["vial__clinic", "lot", "vaccinator"]
    search_fields = ["lot_number"]
    ordering = ["-given_at"]
    fields = [
        "id",
        "given_at",
        "clinic",
        "vial",
        "lot",
        "route",
        "vaccinator",
        "standing_order",
        "within_limits",
        "is_voided",
    ]
    readonly_fields = ["id", "clinic", "is_voided"]

    @admin.display(description=_("sted"), ordering="vial__clinic")
    def clinic(self, dose: Dose) -> Clinic:
        """Return where it was given."""
        return dose.vial.clinic

    @admin.display(description=_("annullert"), boolean=True, ordering="voided_at")
    def is_voided(self, dose: Dose) -> bool:
        """Tell whether it counts no more."""
        return dose.voided_at is not None

    def working_page(self, row: Dose) -> str:
        """Return the page of the visit at which it was given."""
        return reverse("dayboard:of_dose", args=[row.pk])
