"""Filters of the admin's lists of lots and thawings."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.domain.calendar import oslo_date

SOON = timedelta(days=30)


class ExpiryFilter(admin.SimpleListFilter):
    """Lots by how long they last."""

    title = _("utløp")
    parameter_name = "utlop"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the choices."""
        return [
            ("utlopt", _("utløpt")),
            ("snart", _("innen 30 dager")),
            ("senere", _("senere")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen lots."""
        today: date = oslo_date(timezone.now())
        chosen = {
            "utlopt": Q(expires_on__lt=today),
            "snart": Q(expires_on__range=(today, today + SOON)),
            "senere": Q(expires_on__gt=today + SOON),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


class StockFilter(admin.SimpleListFilter):
    """Lots that are in stock, and those used up."""

    title = _("lager")
    parameter_name = "lager"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the choices."""
        return [("ja", _("på lager")), ("nei", _("tom"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen lots, whose rows carry ``on_hand``."""
        chosen = {"ja": Q(on_hand__gt=0), "nei": Q(on_hand__lte=0)}
        return queryset.filter(chosen.get(self.value() or "", Q()))


class LeftoverFilter(admin.SimpleListFilter):
    """Thawings with vials left, and those that are too late to use."""

    title = _("igjen")
    parameter_name = "igjen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the choices."""
        return [
            ("kan-apnes", _("kan åpnes")),
            ("avskrives", _("må avskrives")),
            ("ingen", _("ingen igjen")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen thawings, whose rows carry ``remaining``."""
        now = timezone.now()
        chosen = {
            "kan-apnes": Q(remaining__gt=0, use_before__gt=now),
            "avskrives": Q(remaining__gt=0, use_before__lte=now),
            "ingen": Q(remaining__lte=0),
        }
        return queryset.filter(chosen.get(self.value() or "", Q()))


class YesNoFilter(admin.SimpleListFilter):
    """Rows where ``field`` holds a moment, and rows where it does not."""

    field = ""
    yes: Any
    no: Any

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the choices."""
        return [("ja", self.yes), ("nei", self.no)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the chosen rows."""
        if self.value() not in {"ja", "nei"}:
            return queryset
        return queryset.filter(**{f"{self.field}__isnull": self.value() == "nei"})


class ClosedFilter(YesNoFilter):
    """Vials that are open now, and those that are closed."""

    title = _("åpent nå")
    parameter_name = "lukket"
    field = "closed_at"
    yes, no = _("lukket"), _("åpent")


class VoidedFilter(YesNoFilter):
    """Doses that count, and those that were voided."""

    title = _("annullert")
    parameter_name = "annullert"
    field = "voided_at"
    yes, no = _("annullert"), _("teller")
