"""A URL configuration with one page per rule."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from clinics.domain.roles import Role
from clinics.permissions import (
    ADMIN,
    DEMO_ONLY,
    PUBLIC,
    STAFF,
    AccessRule,
    access,
    at_clinic,
    declared,
    own,
)


def clinic_of(kwargs: Any) -> int | None:
    return kwargs["clinic_id"] or None


def page(rule: AccessRule | None = None) -> Any:
    def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actor = getattr(request, "actor", None)
        if actor is None:
            return HttpResponse("nobody")
        return HttpResponse(f"{actor.kind} {actor.id} {actor.clinic_id} {actor.role}")

    return access(rule)(view) if rule else view


def session_says_so(request: HttpRequest, kwargs: Any) -> bool:
    return request.session.get("owner") == kwargs["name"]


board = at_clinic(Role.LEAD, Role.VACCINATOR, by=clinic_of)

urlpatterns = [
    path("ansatt/konto/", include("clinics.account_urls")),
    path("admin/", declared(ADMIN, admin.site.urls)),
    path("min-side/", include("care.portal.urls")),
    path("public/", page(PUBLIC)),
    path("staff/", page(STAFF)),
    path("admins/", page(ADMIN)),
    path("board/<int:clinic_id>/", page(board)),
    path("mine/<name>/", page(own("a test's page", session_says_so, log_in_at="find"))),
    path("find/", page(PUBLIC), name="find"),
    path("demo/", page(DEMO_ONLY)),
    path("forgotten/", page()),
]
