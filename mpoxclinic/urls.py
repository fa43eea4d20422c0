from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from clinics.permissions import ADMIN, PUBLIC, declared
from mpoxclinic import health, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("eligibility.urls")),
    path("", include("appointments.waiting_urls")),
    path("", include("appointments.urls")),
    path("vurdering/", include("appointments.case_urls")),
    path("", include("notifications.urls")),
    path("", include("patients.urls")),
    path("", include("clinics.urls")),
    path("", include("care.about.urls")),
    path("min-side/", include("care.portal.urls")),
    path("ansatt/konto/", include("clinics.account_urls")),
    path("ansatt/drift/", health.for_people, name="health"),
    path("ansatt/", include("care.desk.urls")),
    path("tavle/", include("care.dayboard.urls")),
    path("admin/", declared(ADMIN, admin.site.urls)),
    path("sprak/", declared(PUBLIC, [path("", set_language, name="set_language")])),
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
]

handler400 = "mpoxclinic.error_pages.bad_request"
handler403 = "mpoxclinic.error_pages.forbidden"
handler404 = "mpoxclinic.error_pages.not_found"
handler429 = "mpoxclinic.error_pages.too_many_requests"  # allauth's
handler500 = "mpoxclinic.error_pages.server_error"
