"""The admin's register of decisions: by which rules, to what end; never why, nor for whom.

An administrator of a clinic has no need of them: those who answer for the vaccine, and those who
control how the data are used, see the decisions that led to an appointment at their clinic. One
that led to none belongs to no clinic: a superuser sees it.
"""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinics.admin_filters import DaysFilter
from clinics.domain.roles import Role
from clinics.role_admin import ReadOnlyAdmin, clinics_open_to
from eligibility.domain.decision import Outcome
from eligibility.models import Decision

OUTCOMES = {
    Outcome.ELIGIBLE: _("får tilbud"),
    Outcome.DEFER: _("må vente"),
    Outcome.CLINICIAN_REVIEW: _("en lege må avgjøre"),
    Outcome.CONTRAINDICATED: _("skal ikke ha vaksinen"),
    Outcome.SEEK_CARE: _("må til lege"),
    Outcome.NOT_NEEDED: _("trenger ikke vaksinen"),
    Outcome.NOT_OFFERED: _("får ikke tilbud"),
}
SOURCES = {
    Decision.Source.SELF: _("personens egne svar"),
    Decision.Source.PHONE: _("svar på telefon"),
    Decision.Source.RESCREEN: _("spørsmålene ved besøket"),
    Decision.Source.CLINICIAN: _("behandler"),
}
ROUTES = {"intradermal": _("i huden"), "subcutaneous": _("under huden")}
# Group, setting and flags stay encrypted, and told doses with them: they are not even read.
SHOWN = ["rule_set", "outcome", "course", "source", "assessed_on", "made_at", "decided_by"]


class OutcomeFilter(admin.SimpleListFilter):
    """The outcomes, in words."""

    title = _("utfall")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the outcomes."""
        return [(outcome.value, words) for outcome, words in OUTCOMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        """Keep the decisions with the chosen outcome."""
        return queryset.filter(outcome=self.value()) if self.value() else queryset


class SourceFilter(admin.SimpleListFilter):
    """Where decisions come from, in words."""

    title = _("kilde")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the sources."""
        return [(source.value, words) for source, words in SOURCES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        """Keep the decisions from the chosen source."""
        return queryset.filter(source=self.value()) if self.value() else queryset


# Words of the admin alone: the model has none.
Decision._meta.verbose_name = _("vurdering")  # noqa: SLF001
Decision._meta.verbose_name_plural = _("vurderinger")  # noqa: SLF001


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin[Decision]):
    """Decisions of the clinics where they were used."""

    readers = frozenset({Role.CLINICIAN, Role.AUDITOR})
    # A look-up only: rows have several appointments or none, so no single clinic is a row's.
    clinic_path = "appointment__slot__session__clinic_id"
    list_display = ["made", "outcome_words", "course_words", "source_words", "rules", "by"]
    list_filter = [OutcomeFilter, SourceFilter, "rule_set", ("made_at", DaysFilter)]
    list_per_page = 50
    ordering = ["-made_at", "pk"]
    show_full_result_count = False
    search_fields = ["=id"]
    search_help_text = _("Søk med hele id-en til en vurdering")
    fields = [
        "id",
        "made",
        "assessed",
        "outcome_words",
        "course_words",
        "source_words",
        "rules",
        "by",
    ]
    readonly_fields = [
        "made",
        "assessed",
        "outcome_words",
        "course_words",
        "source_words",
        "rules",
        "by",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        """Show each decision of the user's clinics once, and read no more of it than is shown."""
        rows = admin.ModelAdmin.get_queryset(self, request)
        open_to = clinics_open_to(request, self.readers)
        if open_to is not None:
            used = Decision.objects.filter(**{f"{self.clinic_path}__in": open_to})
            rows = rows.filter(pk__in=used.values("pk"))
        return rows.select_related("decided_by").only(*SHOWN, "decided_by__name")

    def clinic_of(self, obj: Decision) -> int | None:
        """Return none: see clinic_path."""
        return None

    def _may(self, request: HttpRequest, roles: Collection[Role], obj: Any) -> bool:
        # Which rows there are for a user is decided by get_queryset alone.
        return super()._may(request, roles, None)

    def row_title(self, obj: Decision) -> str:
        """Call a decision by its time."""
        return self.made(obj)

    @admin.display(description=_("Når"), ordering="made_at")
    def made(self, obj: Decision) -> str:
        """Write when it was made."""
        return date_format(timezone.localtime(obj.made_at), "SHORT_DATETIME_FORMAT")

    @admin.display(description=_("Gjelder fra"))
    def assessed(self, obj: Decision) -> str:
        """Write the day that it was made for."""
        return date_format(obj.assessed_on, "SHORT_DATE_FORMAT")

    @admin.display(description=_("Regelsett"), ordering="rule_set")
    def rules(self, obj: Decision) -> str:
        """Name the version of the rules."""
        return obj.rule_set

    @admin.display(description=_("Utfall"), ordering="outcome")
    def outcome_words(self, obj: Decision) -> Any:
        """Say what came of it."""
        return OUTCOMES[Outcome(obj.outcome)]

    @admin.display(description=_("Vaksinasjonsløp"))
    def course_words(self, obj: Decision) -> str:
        """Say which course it gave."""
        if not obj.course:
            return "–"
        words = _("dose %(next)d av %(doses)d, %(route)s")
        return str(words) % {
            "next": obj.course["next_dose"],
            "doses": obj.course["doses"],
            "route": ROUTES[obj.course["route"]],
        }

    @admin.display(description=_("Kilde"), ordering="source")
    def source_words(self, obj: Decision) -> Any:
        """Say whose answers it is made of."""
        return SOURCES[Decision.Source(obj.source)]

    @admin.display(description=_("Hvem"))
    def by(self, obj: Decision) -> Any:
        """Name the colleague who decided or asked; none for a person's own answers."""
        return obj.decided_by.name if obj.decided_by else "–"
