"""What the vaccine's pages in the admin have in common: services write, the pages ask."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from audit.domain import Actor
from clinics.domain.roles import Role
from clinics.models import Clinic
from clinics.role_admin import RoleAdmin, actor_in, clinics_open_to
from vaccinations.forms.acting import ServiceForm, Words

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Asked:
    """The words of a page that asks for one thing. ``facts`` are pairs shown above the form."""

    title: Words
    button: Words
    intro: tuple[Words, ...] = ()
    facts: tuple[tuple[Words, object], ...] = ()
    danger: bool = False


class ServiceAdmin(RoleAdmin[Row]):
    """Rows that services write: added on pages of their own where a role may, never changed."""

    writers: Collection[Role] = frozenset()
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, superusers included."""
        return False

    def object_page(self, name: str, address: str, view: View) -> URLPattern:
        """Return the URL of a page about one row, ``admin:<app>_<model>_<name>``."""
        wrapped = self.admin_site.admin_view(view)
        wrapped.model_admin = self  # type: ignore[attr-defined]  # as Django's own pages have
        model = self.opts.model_name
        return path(
            f"<int:object_id>/{address}/",
            wrapped,
            name=f"{self.opts.app_label}_{model}_{name}",
        )

    def ask(
        self,
        request: HttpRequest,
        form: ServiceForm,
        asked: Asked,
        *,
        clinic_of: Callable[[ServiceForm], int],
        done: Words,
        back: str,
        crumb: str = "",
    ) -> HttpResponse:
        """Show a form, or call its service for what was posted and go ``back``.

        ``crumb`` names the page that ``back`` leads to, where that is not the list.
        What the service refuses is shown beside the field, with everything that was entered.
        """
        if request.method == "POST" and form.is_valid():
            by = acting(request, clinic_of(form))
            if form.perform(by=by, now=timezone.now()):
                self.message_user(request, str(done), messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": asked.title,
            "asked": asked,
            "form": form,
            "errors": form.errors,
            "back": back,
            "crumb": crumb,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/ask.html", context)


def acting(request: HttpRequest, clinic_id: int) -> Actor:
    """Return who acts, at the clinic that it is done for."""
    return replace(actor_in(request), clinic_id=clinic_id)


def clinics_for(request: HttpRequest, roles: Collection[Role]) -> QuerySet[Clinic]:
    """Return the clinics where the user has one of the roles today, by city and name."""
    open_to = clinics_open_to(request, roles)
    clinics = Clinic.objects.order_by("city", "name")
    return clinics if open_to is None else clinics.filter(pk__in=open_to)


def posted_or_asked(request: HttpRequest, fields: Collection[str] = ()) -> dict[str, Any]:
    """Return a form's data when it was posted, else what the address begins its fields with."""
    if request.method == "POST":
        return {"data": request.POST}
    return {"initial": {name: request.GET[name] for name in fields if name in request.GET}}


class OfClinic(admin.RelatedOnlyFieldListFilter):
    """A filter that offers only what the reader's own rows point at."""
