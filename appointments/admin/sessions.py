"""The admin's pages for sessions."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.forms import Field, ModelForm
from django.http import HttpRequest
from django.template.defaultfilters import floatformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from appointments.admin.lists import FilledList, WhenFilter
from appointments.admin.moving import MovesSessions
from appointments.admin.rearranging import RearrangesSessions
from appointments.admin.series import SeriesPage
from appointments.admin.stock_warning import warn_of_stock
from appointments.admin.words import FIELDS, REFUSALS, hours_in_words, refusal
from appointments.domain.session_states import CHANGEABLE, RUNNING, SessionState, moves_from
from appointments.forms.sessions import SessionForm
from appointments.models import ClinicSession
from appointments.selectors.places import policy_of
from appointments.selectors.sessions import Filling, fillings
from appointments.services.promises import needed_for
from appointments.services.session_changes import change_session
from appointments.services.sessions import plan_session
from clinics.admin_filters import ClinicFilter
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.role_admin import OFFICE, RoleAdmin, actor_at, clinics_open_to, works_at
from clinics.templatetags.oslo_time import clock
from vaccinations.models import Product

# The form's fields for what the domain calls by these names.
FORM_FIELDS = {"starts_at": "opens", "ends_at": "closes"}
FACTS = [
    "clinic",
    "date",
    "state_tag",
    "filling",
    "needed",
    "product",
    "window",
    "planned_with",
    "series_link",
]
TIMES = ["opens", "closes", "stations", "slot_minutes"]
PLANNING = ["vials_allotted", "offered_groups", "cutoff_at"]


@admin.register(ClinicSession)
class ClinicSessionAdmin(MovesSessions, SeriesPage, RearrangesSessions, RoleAdmin[ClinicSession]):
    """Sessions: how full they are, what may still be changed, and their moves."""

    audit_name = "session"
    every_row = "?when=all"
    readers = OFFICE
    writers = frozenset({Role.ADMIN, Role.LEAD})
    form = SessionForm
    change_list_template = "admin/appointments/session_list.html"
    list_display = ["day", "hours", "state_tag", "filling", "vials", "clinic"]
    list_filter = [WhenFilter, "state", ClinicFilter, "product"]
    list_select_related = ["clinic"]
    list_per_page = 50
    search_fields = ["clinic__name", "clinic__city"]
    search_help_text = _("Søk etter sted")
    date_hierarchy = "date"
    ordering = ["starts_at", "pk"]
    view_on_site = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """List sessions with how full they are."""
        return FilledList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Let the list show what was made in one go."""
        return lookup == "series" or super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: ClinicSession | None = None) -> Any:
        """Show facts first, then what may be changed."""
        if obj is None:
            when = {"fields": ["clinic", "product", "date", *TIMES]}
            return [(None, when), (_("Vaksine"), {"fields": PLANNING[:-1]})]
        return [
            (None, {"fields": FACTS if obj.series else FACTS[:-1]}),
            (_("Tider"), {"fields": TIMES, "description": self._times_note(obj)}),
            (_("Vaksine"), {"fields": PLANNING}),
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: ClinicSession | None = None
    ) -> list[str]:
        """Let only be changed what the session's state allows."""
        if obj is None:
            return []
        allowed = {FORM_FIELDS.get(n, n) for n in CHANGEABLE[SessionState(obj.state)]}
        locked = [field for field in [*TIMES, *PLANNING] if field not in allowed]
        return [*FACTS, *locked]

    def get_form(
        self,
        request: HttpRequest,
        obj: ClinicSession | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> type[ModelForm[ClinicSession]]:
        """Make the form, with what the service has just refused."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj is None:
            form.base_fields.pop("cutoff_at", None)
        form.refused = getattr(request, "refused", None)
        made: type[ModelForm[ClinicSession]] = form
        return made

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        """Offer clinics and products without buttons that add or change them."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in {"clinic", "product"}:
            for button in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{button}_related", False)
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Choose clinic and product where there is but one."""
        return {**self.only_choices(request), **super().get_changeform_initial_data(request)}

    def only_choices(self, request: HttpRequest) -> dict[str, Any]:
        """Return the clinic and the product, where the user has but one to choose."""
        chosen: dict[str, Any] = {}
        clinics = clinics_open_to(request, self.writers)
        if clinics and len(clinics) == 1:
            chosen["clinic"] = next(iter(clinics))
        products = list(Product.objects.values_list("pk", flat=True)[:2])
        if len(products) == 1:
            chosen["product"] = products[0]
        return chosen

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Ask again, with the reason, when the service refuses: its transaction is undone."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS:
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: ClinicSession, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Save through the services, which audit it."""
        now, by = timezone.now(), actor_at(request, obj.clinic_id, self.writers)
        try:
            if change:
                change_session(session_id=obj.pk, changes=form.changes(), by=by, now=now)
            else:
                said = form.cleaned_data
                starts_at, ends_at = form.opening()
                made = plan_session(
                    clinic_id=obj.clinic_id,
                    product_id=obj.product_id,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    stations=said["stations"],
                    slot_minutes=said["slot_minutes"],
                    vials_allotted=said["vials_allotted"],
                    offered_groups=said["offered_groups"],
                    by=by,
                    now=now,
                )
                obj.pk = made.pk
        except REFUSALS as error:
            words = refusal(error, clinic_id=obj.clinic_id)
            request.refused = (FIELDS.get(type(error)), words)  # type: ignore[attr-defined]
            raise
        obj.refresh_from_db()
        if not change or "vials_allotted" in form.changed_data:
            warn_of_stock(self, request, {obj.clinic_id})

    def row_title(self, obj: ClinicSession) -> str:
        """Call a session by its clinic and day."""
        return f"{obj.clinic.name}, {self.day(obj)}"

    def row_actions(self, request: HttpRequest, obj: ClinicSession) -> list[tuple[str, Any]]:
        """Offer the moves that the session's state allows."""
        if not self.has_change_permission(request, obj):
            return []
        return self.buttons(moves_from(SessionState(obj.state)))

    def working_pages(self, request: HttpRequest, obj: ClinicSession) -> list[tuple[str, Any]]:
        """Lead to the board, and to what has been done to the session."""
        pages = self.rearrange_link(request, obj)
        if obj.state in RUNNING and works_at(request, obj.clinic_id, AT_THE_BOARD):
            pages.append((reverse("dayboard:board", args=[obj.pk]), _("Tavlen")))
        if obj.state in RUNNING and works_at(request, obj.clinic_id, AT_THE_BOARD | self.writers):
            plan = reverse("desk:session_planning", args=[obj.clinic.slug, obj.pk])
            pages.append((plan, _("Hetteglass og flytting")))
        if self._may(request, {Role.ADMIN, Role.AUDITOR}, obj):
            log = reverse("admin:audit_auditentry_changelist")
            pages.append((f"{log}?q={obj.pk}", _("Endringslogg")))
        return pages

    def get_urls(self) -> list[URLPattern]:
        """Add the pages that make many sessions, and that change one with people in it."""
        view = self.admin_site.admin_view(self.series_view)
        series = path("flere/", view, name="appointments_clinicsession_series")
        return [series, *self.rearrange_urls(), *super().get_urls()]

    @admin.display(description=_("Dag"), ordering="date")
    def day(self, obj: ClinicSession) -> str:
        """Write the day with its weekday."""
        return date_format(obj.date, "D d.m.Y")

    @admin.display(description=_("Åpningstid"))
    def hours(self, obj: ClinicSession) -> str:
        """Write when it opens and closes."""
        return hours_in_words(obj.starts_at, obj.ends_at)

    @admin.display(description=_("Åpner"))
    def opens(self, obj: ClinicSession) -> str:
        """Write when it opens."""
        return clock(obj.starts_at)

    @admin.display(description=_("Stenger"))
    def closes(self, obj: ClinicSession) -> str:
        """Write when it closes."""
        return clock(obj.ends_at)

    @admin.display(description=_("Tilstand"), ordering="state")
    def state_tag(self, obj: ClinicSession) -> str:
        """Write the state, set apart."""
        label = obj.get_state_display()
        return format_html('<span class="state state--{}">{}</span>', obj.state, label)

    @admin.display(description=_("Bestilt"))
    def filling(self, obj: ClinicSession) -> str:
        """Write how many places are booked, of how many."""
        filling = _filling(obj)
        words = _("%(booked)d av %(seats)d")
        return str(words) % {"booked": filling.booked, "seats": filling.seats}

    @admin.display(description=_("Hetteglass planlagt"))
    def vials(self, obj: ClinicSession) -> str:
        """Write how many vials are planned for those booked, of those set aside."""
        words = _("%(planned)d av %(allotted)d")
        return str(words) % {"planned": _filling(obj).vials, "allotted": obj.vials_allotted}

    @admin.display(description=_("Hetteglass som trengs"))
    def needed(self, obj: ClinicSession) -> str:
        """Write how many vials suffice for those booked, with 95 % certainty."""
        words = _("%(vials)d er nok i 95 av 100 tilfeller for dem som har time")
        return str(words) % {"vials": needed_for(obj)}

    @admin.display(description=_("Brukstid etter åpning"))
    def window(self, obj: ClinicSession) -> str:
        """Write how long an opened vial may be used, and when that is too short to share it."""
        if obj.window_minutes <= policy_of(obj).margin_min:
            words = _(
                "%(minutes)d minutter. Det er ikke mer enn marginen på %(margin)d minutter, så "
                "bare de som har time på samme klokkeslett, deler et glass."
            )
            margin = policy_of(obj).margin_min
            return str(words) % {"minutes": obj.window_minutes, "margin": margin}
        return str(_("%(minutes)d minutter")) % {"minutes": obj.window_minutes}

    @admin.display(description=_("Planlegges med"))
    def planned_with(self, obj: ClinicSession) -> str:
        """Write the numbers that govern it: chosen, learned or default when it was opened."""
        policy = policy_of(obj)
        words = _(
            "%(people)d personer per glass, margin %(margin)d minutter, %(doses)s doser per glass "
            "i snitt, %(percent)d %% av dem med time får dosen"
        )
        return str(words) % {
            "people": policy.booked_per_vial,
            "margin": policy.margin_min,
            "doses": floatformat(policy.mean_yield, 1),
            "percent": round(100 * policy.p_attend_day),
        }

    @admin.display(description=_("Opprettet sammen med"))
    def series_link(self, obj: ClinicSession) -> str:
        """Lead to the sessions that were made in the same go."""
        page = reverse("admin:appointments_clinicsession_changelist")
        return format_html('<a href="{}?series={}">{}</a>', page, obj.series, _("Vis alle"))

    def _times_note(self, obj: ClinicSession) -> Any:
        if obj.state not in RUNNING:
            return ""
        return _("Tidene endres med «Endre eller avlys dagen», som også finner ny tid til folk.")


def _filling(session: ClinicSession) -> Filling:
    found: Filling | None = getattr(session, "found_filling", None)
    return found or fillings([session], now=timezone.now())[session.pk]
