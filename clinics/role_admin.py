"""The base of the admin's pages: a role opens them, and only for the rows of its own clinics.

Django's own permission tables are not used: roles per clinic, with dates, are the one source of
who may what. A superuser has every role at every clinic, here in the admin alone.
"""

from collections.abc import Collection
from functools import reduce
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db import transaction
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from audit.domain import Actor
from audit.services import record
from clinics.admin_log import note
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Clinic, Staff
from clinics.selectors import roles_by_clinic

Row = TypeVar("Row", bound=Model)
Parent = TypeVar("Parent", bound=Model)

OFFICE = frozenset({Role.ADMIN, Role.LEAD, Role.CLINICIAN, Role.AUDITOR})


def actor_in(request: HttpRequest) -> Actor:
    """Return who acts, as the access rule has found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def actor_at(request: HttpRequest, clinic_id: int | None, roles: Collection[Role]) -> Actor:
    """Return who acts, at a clinic and in the first of the roles that the user has there.

    A superuser without a role acts in none.
    """
    if clinic_id is None:
        return actor_in(request)
    held = _held(request).get(clinic_id, set())
    acting = next((role.value for role in sorted(roles) if role in held), "")
    assert isinstance(request.user, Staff), "the access rule lets no other in"
    return Actor.staff(request.user.pk, clinic_id=clinic_id, role=acting)


def works_at(request: HttpRequest, clinic_id: int, roles: Collection[Role]) -> bool:
    """Tell whether the user has one of the roles at a clinic today; a superuser like any other."""
    return not _held(request).get(clinic_id, set()).isdisjoint(roles)


def clinics_open_to(request: HttpRequest, roles: Collection[Role]) -> set[int] | None:
    """Return the ids of the clinics where the user has one of the roles today; None for all.

    One query a request, however often it is asked.
    """
    assert isinstance(request.user, Staff), "the access rule lets no other in"
    if request.user.is_superuser:
        return None
    held = _held(request)
    return {clinic_id for clinic_id, has in held.items() if not has.isdisjoint(roles)}


def _held(request: HttpRequest) -> dict[int, set[Role]]:
    held: dict[int, set[Role]] | None = getattr(request, "roles_by_clinic", None)
    if held is None:
        assert isinstance(request.user, Staff), "the access rule lets no other in"
        held = roles_by_clinic(request.user.pk, on=oslo_date(timezone.now()))
        request.roles_by_clinic = held  # type: ignore[attr-defined]
    return held


class ByRole:
    """What pages and the tables inside them have in common.

    Roles not named may do nothing; with none named, a superuser alone may.
    ``clinic_path`` leads from a row (in a table inside a page: from the page's row) to its
    clinic's id, as in a look-up; "" where rows belong to no clinic.
    """

    clinic_path = "clinic_id"
    readers: Collection[Role] = OFFICE
    writers: Collection[Role] = frozenset({Role.ADMIN})
    adders: Collection[Role] | None = None  # where others may add than change

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, {*self.readers, *self.writers}, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        adders = self.writers if self.adders is None else self.adders
        return self._may(request, adders, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.writers, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, unless a page says otherwise: what happened stays."""
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any]:
        """Offer only the clinics that the user may write for."""
        if db_field.related_model is Clinic:
            adders = self.writers if self.adders is None else self.adders
            open_to = clinics_open_to(request, {*self.writers, *adders})
            clinics = Clinic.objects.order_by("city", "name")
            kwargs["queryset"] = clinics if open_to is None else clinics.filter(pk__in=open_to)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc,no-any-return]

    def _may(self, request: HttpRequest, roles: Collection[Role], obj: Any) -> bool:
        open_to = clinics_open_to(request, roles)
        if open_to is None:
            return True
        if obj is None or not self.clinic_path:
            return bool(open_to)
        return self.clinic_of(obj) in open_to

    def clinic_of(self, obj: Any) -> int | None:
        """Return the id of a row's clinic; None where rows belong to none."""
        if not self.clinic_path:
            return None
        clinic_id: int | None = reduce(getattr, self.clinic_path.split("__"), obj)
        return clinic_id


class RoleAdmin(ByRole, admin.ModelAdmin[Row]):
    """Pages for rows of a clinic. Saving writes an audit row, ``<audit_name>.added|changed``."""

    audit_name = ""
    # What the list's address needs for every row to be in it, where a filter hides some at first.
    every_row = ""
    # Counts beside every filter would cost a query each, and their words are English only.
    show_facets = admin.ShowFacets.NEVER

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Row]:
        """Show only the rows of the clinics where the user has a role for them."""
        rows = super().get_queryset(request)
        open_to = clinics_open_to(request, {*self.readers, *self.writers})
        if open_to is None or not self.clinic_path:
            return rows
        return rows.filter(**{f"{self.clinic_path}__in": open_to})

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Say 404 where Django leads to the index: another clinic's rows do not exist."""
        raise Http404

    def working_pages(self, request: HttpRequest, obj: Row) -> list[tuple[str, str | Promise]]:
        """Return the pages (address, name) where people work with a row, as the user may."""
        return []

    def row_title(self, obj: Row) -> str:
        """Return what a row's page calls it."""
        return str(obj)

    def row_actions(self, request: HttpRequest, obj: Row) -> list[tuple[str, str | Promise]]:
        """Return the list's actions (name, label) that a row's own page offers as buttons."""
        return []

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the pages a row leads to and its actions; the templates show them on top."""
        obj = kwargs.get("obj")
        if obj is not None:
            context["working_pages"] = self.working_pages(request, obj)
            context["row_actions"] = self.row_actions(request, obj)
            context["every_row"] = self.every_row
            context["subtitle"] = self.row_title(obj)
        return super().render_change_form(request, context, *args, **kwargs)

    # What the admin itself writes down names rows by kind and number alone.
    def log_addition(self, request: HttpRequest, obj: Row, message: Any) -> LogEntry:
        return note(request, ADDITION, obj, message)

    def log_change(self, request: HttpRequest, obj: Row, message: Any) -> LogEntry:
        return note(request, CHANGE, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        return [note(request, DELETION, obj, "") for obj in queryset]

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Row, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        record(
            action=f"{self.audit_name}.{'changed' if change else 'added'}",
            by=actor_at(request, self.clinic_of(obj), self.writers),
            now=timezone.now(),
            object_id=obj.pk,
            reason=", ".join(form.changed_data)[:200] if change else "",
        )


class RoleInline(ByRole, admin.TabularInline[Row, Parent]):
    """A table inside a page: what may be done follows from the page's row."""

    extra = 0


class ReadOnlyAdmin(RoleAdmin[Row]):
    """Pages that show and never change: the rows are somebody's word, or written by services."""

    writers: Collection[Role] = frozenset()
    actions: Any = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, superusers included."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, superusers included."""
        return False
