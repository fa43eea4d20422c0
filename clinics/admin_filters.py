"""Filters for the admin's lists: by the user's clinics, by days."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from clinics.domain.calendar import OSLO
from clinics.models import Clinic
from clinics.role_admin import clinics_open_to


class ClinicFilter(admin.SimpleListFilter):
    """The clinics that the user may see, where there are several; rows by the page's path."""

    title = _("sted")
    parameter_name = "clinic"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.clinic_path = model_admin.clinic_path
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """Name the clinics."""
        open_to = clinics_open_to(request, {*model_admin.readers, *model_admin.writers})
        clinics = Clinic.objects.order_by("city", "name")
        if open_to is not None:
            clinics = clinics.filter(pk__in=open_to)
        return list(clinics.values_list("pk", "name"))

    def has_output(self) -> bool:
        """Hide it where there is but one clinic."""
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the chosen clinic."""
        chosen = self.value()
        if not chosen or not chosen.isdecimal():
            return queryset
        return queryset.filter(**{self.clinic_path: chosen})


class DaysFilter(admin.FieldListFilter):
    """Moments from a day until another, both included, as Oslo's calendar counts them."""

    template = "admin/days_filter.html"

    def __init__(self, *args: Any, field_path: str) -> None:
        self.from_name, self.until_name = f"{field_path}_from", f"{field_path}_until"
        super().__init__(*args, field_path=field_path)  # type: ignore[misc]
        self.title = _("dato")
        self.first, self.last = self._day(self.from_name), self._day(self.until_name)

    def expected_parameters(self) -> list[str | None]:
        """Name the two days in the address."""
        return [self.from_name, self.until_name]

    def has_output(self) -> bool:
        """Show it always."""
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Give the template the rest of the address, so that other filters stay."""
        others = changelist.get_query_string(remove=[self.from_name, self.until_name])
        yield {
            "others": [
                (name, value)
                for name, values in QueryDict(others.removeprefix("?")).lists()
                for value in values
                if name != "p"
            ],
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the moments of the chosen days."""
        if self.first:
            queryset = queryset.filter(**{f"{self.field_path}__gte": _midnight(self.first)})
        if self.last:
            end = _midnight(self.last + timedelta(days=1))
            queryset = queryset.filter(**{f"{self.field_path}__lt": end})
        return queryset

    def _day(self, name: str) -> date | None:
        given: Any = self.used_parameters.get(name) or [""]
        try:
            return parse_date(given if isinstance(given, str) else given[-1])
        except ValueError:
            return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=OSLO)
