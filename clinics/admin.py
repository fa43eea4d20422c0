"""The admin's pages for clinics and staff. The admin itself is open with a second factor only."""

from operator import attrgetter
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  both are registered by importing, then taken out below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, QuerySet, Value
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics import audit_admin  # noqa: F401  registers the access log's page
from clinics.forms import ChangedStaffForm, ClinicForm, MembershipForm, NewStaffForm
from clinics.models import Clinic, GroupOffer, Membership, Staff
from clinics.role_admin import RoleAdmin, RoleInline, actor_in
from clinics.services.staffing import reset_second_factor

admin.site.site_header = _("Administrasjon")
admin.site.site_title = _("Administrasjon")
admin.site.index_title = _("Oversikt")
admin.site.site_url = "/ansatt/"
# The lists need the width, and the front page is one press away.
admin.site.enable_nav_sidebar = False
# An authenticator's secret is nobody's to read, an address is the staff user's, and a role is ours.
admin.site.unregister([EmailAddress, Authenticator, Group])


class GroupOfferInline(RoleInline[GroupOffer, Clinic]):
    model = GroupOffer
    clinic_path = "pk"
    ordering = ["priority_group", "valid_from"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change an offer may take it back: nothing hangs on it."""
        return self.has_change_permission(request, obj)


class MembershipInline(RoleInline[Membership, Clinic]):
    """Who works at the clinic. A role ends by its date, so that it is known who had it when."""

    model = Membership
    form = MembershipForm
    clinic_path = "pk"
    ordering = ["valid_from"]
    autocomplete_fields = ["staff"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("staff", "clinic")


class StaffMembershipInline(RoleInline[Membership, Staff]):
    """Where a user works: for those who may give roles everywhere."""

    model = Membership
    form = MembershipForm
    clinic_path = ""
    writers = frozenset()
    ordering = ["valid_from"]
    autocomplete_fields = ["clinic"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("staff", "clinic")


@admin.register(Clinic)
class ClinicAdmin(RoleAdmin[Clinic]):
    """Clinics, the groups they offer and who works there."""

    audit_name = "clinic"
    form = ClinicForm
    clinic_path = "pk"
    adders = frozenset()
    list_display = ["name", "city", "kind", "phone"]
    list_filter = ["kind", "group_offers__priority_group"]
    search_fields = ["name", "city", "slug"]
    ordering = ["city", "name"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [GroupOfferInline, MembershipInline]


@admin.register(Staff)
class StaffAdmin(RoleAdmin[Staff], UserAdmin[Staff]):  # type: ignore[type-var]
    """Staff users and their roles. Only a superuser changes them, and so their rights."""

    audit_name = "staff"
    clinic_path = ""
    writers = frozenset()
    add_form = NewStaffForm
    form = ChangedStaffForm
    add_form_template = None
    add_fieldsets = ((None, {"fields": ["email", "name", "hpr_number", "password1", "password2"]}),)
    fieldsets = (
        (None, {"fields": ["email", "name", "hpr_number", "password"]}),
        (_("Tilgang"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Datoer"), {"fields": ["last_login", "date_joined"]}),
    )
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    list_display = ["name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "memberships__role", "memberships__clinic"]
    ordering = ["pk"]  # ``get_ordering`` sorts by name
    search_fields = ["hpr_number"]
    search_help_text = _("Navn, e-postadresse eller HPR-nummer")
    sortable_by = ["is_active", "is_staff"]
    inlines = [StaffMembershipInline]
    actions = ["reset_second_factors"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Sort by name, in Python: names are encrypted."""
        staff = sorted(Staff.objects.only("name"), key=attrgetter("sort_key"))
        in_order = Value([one.pk for one in staff], output_field=ArrayField(BigIntegerField()))
        place = Func(in_order, F("pk"), function="array_position", output_field=IntegerField())
        return [place.asc(), "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Staff], search_term: str
    ) -> tuple[QuerySet[Staff], bool]:
        """Find by number in the database, and by name and address in Python."""
        found, doubles = super().get_search_results(request, queryset, search_term)
        words = search_term.casefold().split()
        if words:
            named = [
                one.pk
                for one in Staff.objects.only("name", "email")
                if all(word in f"{one.name} {one.email}".casefold() for word in words)
            ]
            found |= queryset.filter(pk__in=named)
        return found, doubles

    @admin.action(description=_("Nullstill totrinnsbekreftelse"), permissions=["change"])
    def reset_second_factors(self, request: HttpRequest, chosen: QuerySet[Staff]) -> None:
        """Make the chosen users set up their authenticator app anew."""
        for staff in chosen:
            reset_second_factor(staff=staff, by=actor_in(request), now=timezone.now())
        self.message_user(request, _("Totrinnsbekreftelsen er nullstilt."), messages.SUCCESS)
