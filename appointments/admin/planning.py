"""The admin's page of a clinic's own planning numbers, with what has been learned there."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.forms.planning import DEFAULTS, PlanningForm
from appointments.models import PLANNING_BOUNDS, PlanningNumbers
from appointments.selectors.history import learned_at
from appointments.services.policies import choose_planning_numbers
from clinics.domain.roles import Role
from clinics.role_admin import OFFICE, RoleAdmin, actor_at
from vaccinations.models import InUseWindow
from vaccinations.selectors import windows_in_force

BOOKING: Any = ["margin_min", "booked_per_vial"]
CUTOFF: Any = ["min_batch", "max_moves", "max_asks"]
ON_THE_DAY: Any = ["hold_min", "standby_eta", "open_threshold"]


@admin.register(PlanningNumbers)
class PlanningNumbersAdmin(RoleAdmin[PlanningNumbers]):
    """A clinic's own planning numbers; a clinic without a row plans with the defaults."""

    audit_name = "planning"
    readers = OFFICE
    writers = frozenset({Role.ADMIN, Role.LEAD})
    form = PlanningForm
    list_display = ["clinic", "differs"]
    list_select_related = ["clinic"]
    ordering = ["clinic__city", "clinic__name"]
    fieldsets = (
        (None, {"fields": ["clinic"]}),
        (gettext_lazy("Når timer bestilles"), {"fields": BOOKING}),
        (gettext_lazy("Ved fristen dagen før"), {"fields": CUTOFF}),
        (gettext_lazy("På dagen"), {"fields": ON_THE_DAY}),
    )
    change_form_template = "admin/appointments/planning.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[PlanningNumbers]:
        return super().get_queryset(request).select_related("clinic")

    def get_readonly_fields(
        self, request: HttpRequest, obj: PlanningNumbers | None = None
    ) -> list[str]:
        """The numbers stay with their clinic."""
        return ["clinic"] if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer clinics without buttons that add or change them."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "clinic":
            for button in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{button}_related", False)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save through the service, which audits it."""
        own = choose_planning_numbers(
            clinic_id=obj.clinic_id,
            numbers={name: form.cleaned_data.get(name) for name in PLANNING_BOUNDS},
            by=actor_at(request, obj.clinic_id, self.writers),
            now=timezone.now(),
        )
        obj.pk = own.pk
        obj.refresh_from_db()
        for words in margin_warnings(obj):
            self.message_user(request, words, messages.WARNING)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what is learned at the clinic, and whether its margin is as long as a window."""
        own = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if own is not None and self.has_view_permission(request, own):
            context["learned"] = learned_at(own.clinic_id, now=timezone.now())
            context["margin_warnings"] = margin_warnings(own)
        return super().change_view(request, object_id, form_url, context)

    @admin.display(description=gettext_lazy("Eget valg"))
    def differs(self, own: PlanningNumbers) -> str:
        """Write what the clinic has chosen for itself."""
        fields: dict[str, Any] = {field.name: field for field in self.opts.get_fields()}
        chosen = [f"{fields[name].verbose_name}: {n}" for name, n in own.chosen().items()]
        return ", ".join(chosen) or _("Bare standardtall")


def margin_warnings(own: PlanningNumbers) -> list[str]:
    """Say of each product whose window the margin uses up that only the same minute shares."""
    margin = DEFAULTS.margin_min if own.margin_min is None else own.margin_min
    return [
        margin_warning(window, margin)
        for window in windows_in_force(own.clinic_id)
        if window.minutes <= margin
    ]


def margin_warning(window: InUseWindow, margin: int) -> str:
    """Say that only people with a time at the same minute share a vial, and what would help."""
    return _(
        "Marginen på %(margin)d minutter bruker opp hele brukstiden for %(product)s, som er "
        "%(window)d minutter. Da deler bare de som har time på samme klokkeslett et glass. Skriv "
        "en margin under %(window)d for at flere skal dele."
    ) % {"margin": margin, "product": window.product, "window": window.minutes}
