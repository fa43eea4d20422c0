"""The admin's pages for clinics and staff. The admin itself is open with a second factor only."""

from operator import attrgetter
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401  all are registered by importing, taken out below
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, IntegerField, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinics import audit_admin  # noqa: F401  registers the access log's page
from clinics.domain.roles import Role
from clinics.forms import ClinicForm, MembershipForm, OthersRoles, StaffForm
from clinics.models import Clinic, GroupOffer, Membership, Staff, StaffLogin
from clinics.role_admin import RoleAdmin, RoleInline, actor_at, actor_in, clinics_open_to
from clinics.services.invitations import HOURS, invite
from clinics.services.logins import end_logins
from clinics.services.staffing import (
    end_what_is_no_more_allowed,
    note_role,
    reset_second_factor,
    role_in_short,
)

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
    formset = OthersRoles
    clinic_path = "pk"
    ordering = ["valid_from"]
    autocomplete_fields = ["staff"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("staff", "clinic")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Tell the table who writes in it."""
        table: Any = super().get_formset(request, obj, **kwargs)
        table.written_by = request.user
        return table


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


def _note_roles(request: HttpRequest, tables: Any) -> list[Membership]:
    """Write each role that was given or changed in its clinic's log; return those changed."""
    changed = []
    for table in (table for table in tables if table.model is Membership):
        for form in (form for form in table if form.has_changed()):
            held, old, before = form.instance, form.initial, ""
            if form in table.initial_forms:
                before = role_in_short(old["role"], old["valid_from"], old["valid_until"])
                changed.append(held)
            by = actor_at(request, held.clinic_id, {Role.ADMIN})
            note_role(held, before=before, by=by, now=timezone.now())
    return changed


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

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Write down the roles, and end the log-ins of whoever has none any more."""
        super().save_related(request, form, formsets, change)
        for held in _note_roles(request, formsets):
            end_what_is_no_more_allowed(staff=held.staff, by=actor_in(request), now=timezone.now())


@admin.register(Staff)
class StaffAdmin(RoleAdmin[Staff]):
    """Staff users and their roles. Only a superuser changes them, and so their rights.

    Others see their colleagues: who works, or has worked, where they do themselves. Nobody sets
    another's password: whoever is new, or has lost their phone, gets a link.
    """

    audit_name = "staff"
    clinic_path = ""
    writers = frozenset()
    form = StaffForm
    add_fieldsets = ((None, {"fields": ["email", "name", "hpr_number"]}),)
    fieldsets = (
        (None, {"fields": ["email", "name", "hpr_number"]}),
        (_("Tilgang"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Datoer"), {"fields": ["last_login", "date_joined"]}),
    )
    readonly_fields = ["last_login", "date_joined"]
    list_display = ["name", "email", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "memberships__role", "memberships__clinic"]
    ordering = ["pk"]  # ``get_ordering`` sorts by name
    search_fields = ["hpr_number"]
    search_help_text = _("Navn, e-postadresse eller HPR-nummer")
    sortable_by = ["is_active", "is_staff"]
    inlines = [StaffMembershipInline]
    actions = ["send_invitations", "reset_second_factors", "end_all_logins"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse to filter by what must not be found out letter by letter (as in Django)."""
        hidden = lookup.startswith(("password", "email_hash"))
        return not hidden and super().lookup_allowed(lookup, value, request)

    def get_fieldsets(self, request: HttpRequest, obj: Staff | None = None) -> Any:
        """Ask for rights once the user is there, so that a link is made for each new one."""
        return self.fieldsets if obj else self.add_fieldsets

    def row_actions(self, request: HttpRequest, obj: Staff) -> list[tuple[str, str | Promise]]:
        """Offer the list's actions on the user's own page."""
        return [
            ("send_invitations", _("Lag ny invitasjon")),
            ("reset_second_factors", _("Nullstill totrinnsbekreftelse")),
            ("end_all_logins", _("Avslutt alle innlogginger")),
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Write down the roles; end the log-ins of whoever is closed out or has none any more."""
        super().save_related(request, form, formsets, change)
        _note_roles(request, formsets)
        if change:
            end_what_is_no_more_allowed(
                staff=form.instance, by=actor_in(request), now=timezone.now()
            )

    def response_add(
        self, request: HttpRequest, obj: Staff, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the new user's link."""
        token = invite(staff=obj, by=actor_in(request), now=timezone.now())
        return self._links(request, [(obj, token)])

    @admin.action(description=_("Lag ny invitasjon"), permissions=["change"])
    def send_invitations(self, request: HttpRequest, chosen: QuerySet[Staff]) -> HttpResponse:
        """Show a link for each of the chosen; their earlier links work no more."""
        by, now = actor_in(request), timezone.now()
        return self._links(request, [(one, invite(staff=one, by=by, now=now)) for one in chosen])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Staff]:
        """Show the user's colleagues, a superuser all."""
        staff = super().get_queryset(request)
        open_to = clinics_open_to(request, self.readers)
        if open_to is None:
            return staff
        here = Membership.objects.filter(clinic_id__in=open_to)
        return staff.filter(pk__in=here.values("staff_id"))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Sort by name, in Python: names are encrypted."""
        staff = sorted(Staff.objects.only("name"), key=attrgetter("sort_key"))
        in_order = Value([one.pk for one in staff], output_field=ArrayField(BigIntegerField()))
        place = Func(in_order, F("pk"), function="array_position", output_field=IntegerField())
        return [place.asc(), "pk"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Staff], search_term: str
    ) -> tuple[QuerySet[Staff], bool]:
        """Find by number in the database, and by name and address in Python.

        Who gives roles finds somebody from elsewhere too, by the whole address.
        """
        found, doubles = super().get_search_results(request, queryset, search_term)
        words = search_term.casefold().split()
        if words:
            named = [
                one.pk
                for one in Staff.objects.only("name", "email")
                if all(word in f"{one.name} {one.email}".casefold() for word in words)
            ]
            found |= queryset.filter(pk__in=named)
        if clinics_open_to(request, {Role.ADMIN}) != set():
            found |= super().get_queryset(request).filter(email=search_term.strip())
        return found, doubles

    @admin.action(description=_("Nullstill totrinnsbekreftelse"), permissions=["change"])
    def reset_second_factors(self, request: HttpRequest, chosen: QuerySet[Staff]) -> HttpResponse:
        """End all that the chosen users log in with, and show the link that is their way back."""
        by, now = actor_in(request), timezone.now()
        reset = [(one, reset_second_factor(staff=one, by=by, now=now)) for one in chosen]
        self.message_user(request, _("Totrinnsbekreftelsen er nullstilt."), messages.SUCCESS)
        return self._links(request, reset)

    @admin.action(description=_("Avslutt alle innlogginger"), permissions=["change"])
    def end_all_logins(self, request: HttpRequest, chosen: QuerySet[Staff]) -> None:
        """Log the chosen users out everywhere, at once."""
        by, now = actor_in(request), timezone.now()
        why = StaffLogin.Ended.ADMIN
        ended = sum(end_logins(staff=one, why=why, by=by, now=now) for one in chosen)
        words = ngettext(
            "%(number)s innlogging er avsluttet.", "%(number)s innlogginger er avsluttet.", ended
        )
        self.message_user(request, words % {"number": ended}, messages.SUCCESS)

    def _links(self, request: HttpRequest, invited: list[tuple[Staff, str]]) -> HttpResponse:
        """Show links, this once: they stand in this answer and nowhere else."""
        paths = [(one, reverse("account_invitation", args=[token])) for one, token in invited]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invitasjon"),
            "opts": self.opts,
            "invited": [(one, request.build_absolute_uri(path)) for one, path in paths],
            "hours": HOURS,
        }
        response = render(request, "admin/clinics/invitations.html", context)
        add_never_cache_headers(response)
        return response


def _own_password(_request: HttpRequest, _context: object = None) -> HttpResponse:
    """Lead to the one page where a password is changed, which asks for the second factor."""
    return redirect("account_change_password")


admin.site.password_change = _own_password  # type: ignore[method-assign,assignment]
