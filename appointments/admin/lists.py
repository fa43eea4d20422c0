"""How the admin lists sessions."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models import ClinicSession
from appointments.selectors.sessions import fillings
from clinics.domain.calendar import oslo_date


class WhenFilter(admin.SimpleListFilter):
    """Today and to come, unless the user asks for other days."""

    title = _("tidsrom")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the choices that are not the usual one."""
        return [("past", _("Tidligere")), ("all", _("Alle"))]

    def choices(self, changelist: Any) -> Any:
        """Put the usual choice first, under its own name."""
        usual, *others = super().choices(changelist)
        yield {**usual, "display": _("I dag og framover")}
        yield from others

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ClinicSession]
    ) -> QuerySet[ClinicSession]:
        """Keep the sessions of the chosen time; a day that is asked for is shown in any case."""
        today = oslo_date(timezone.now())
        if self.value() == "past":
            return queryset.filter(date__lt=today)
        asked = any(name.startswith(("date__", "series")) for name in request.GET)
        return queryset if asked or self.value() == "all" else queryset.filter(date__gte=today)


class FilledList(ChangeList):
    """Sessions with how full each is, in two queries for the whole page."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the page's sessions, and what is booked in them."""
        super().get_results(request)
        sessions = list(self.result_list)
        found = fillings(sessions, now=timezone.now())
        for session in sessions:
            session.found_filling = found[session.pk]
        self.result_list = sessions
