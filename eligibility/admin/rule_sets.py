"""The admin's page for rule sets: which decides, since when, and which is to follow.

A rule set decides for all clinics, so those with an office role at one read the page and only a
superuser puts one in force.
"""

from collections.abc import Collection
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.role_admin import RoleAdmin, actor_in
from clinics.templatetags.oslo_time import day_and_year
from eligibility.domain.rules import in_force
from eligibility.forms.rule_sets import PutInForceForm
from eligibility.models import RuleSetInForce
from eligibility.services.rule_sets import NotAheadError, put_so_far, take_back

# Words of the admin alone: the model has none.
RuleSetInForce._meta.verbose_name = _("regelsett i kraft")  # noqa: SLF001
RuleSetInForce._meta.verbose_name_plural = _("regelsett i kraft")  # noqa: SLF001
LIST = "admin:eligibility_rulesetinforce_changelist"


@admin.register(RuleSetInForce)
class RuleSetInForceAdmin(RoleAdmin[RuleSetInForce]):
    """What was put in force, newest first. Nothing is changed: what is ahead can be taken back."""

    clinic_path = ""
    writers: Collection[Role] = frozenset()
    actions = None
    list_display = ["name", "begins", "status", "by", "put"]
    list_select_related = ["put_by"]
    fields = ["name", "begins", "status", "by", "put"]
    readonly_fields = ["name", "begins", "status", "by", "put"]
    change_form_template = "admin/eligibility/rule_set.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody, superusers included."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Put the page for taking back before Django's own."""
        wrapped = self.admin_site.admin_view(self.take_back)
        wrapped.model_admin = self  # type: ignore[attr-defined]  # as Django's own pages have
        name = "eligibility_rulesetinforce_take_back"
        return [path("<int:object_id>/trekk-tilbake/", wrapped, name=name), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RuleSetInForce]:
        """Know of each what became of it, in the same query."""
        later = RuleSetInForce.objects.filter(
            from_date=OuterRef("from_date"), revision__gt=OuterRef("revision")
        )
        followed_by = RuleSetInForce.objects.filter(
            ~Exists(later),
            from_date__gt=OuterRef("from_date"),
            from_date__lte=oslo_date(timezone.now()),
        ).exclude(rule_set="")
        return (
            super()
            .get_queryset(request)
            .exclude(rule_set="")
            .annotate(taken_back=Exists(later), over=Exists(followed_by))
        )

    @admin.display(description=_("Regelsett"), ordering="rule_set")
    def name(self, obj: RuleSetInForce) -> str:
        """Name the rule set."""
        return obj.rule_set

    @admin.display(description=_("Gjelder fra"), ordering="from_date")
    def begins(self, obj: RuleSetInForce) -> str:
        """Write the day."""
        return date_format(obj.from_date, "SHORT_DATE_FORMAT")

    @admin.display(description=_("Tilstand"))
    def status(self, obj: Any) -> Any:
        """Say what became of it."""
        if obj.taken_back:
            return _("trukket tilbake")
        if self._is_ahead(obj):
            return _("ikke begynt")
        return _("avløst") if obj.over else _("gjelder nå")

    @admin.display(description=_("Hvem"))
    def by(self, obj: RuleSetInForce) -> str:
        """Name who put it."""
        return str(obj.put_by)

    @admin.display(description=_("Satt i kraft"), ordering="put_at")
    def put(self, obj: RuleSetInForce) -> str:
        """Write when it was put."""
        return date_format(timezone.localtime(obj.put_at), "SHORT_DATETIME_FORMAT")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say on top which rule set decides today."""
        context = {**(extra_context or {}), "subtitle": _now_in_force()}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one, with the way to take it back for those who may."""
        entry: Any = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if entry and self._can_be_taken_back(entry) and self._may(request, self.writers, entry):
            context["take_back_url"] = reverse(
                "admin:eligibility_rulesetinforce_take_back", args=[entry.pk]
            )
        return super().change_view(request, object_id, form_url, context)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for rule set and day, ask once more, and put it in force."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        now = timezone.now()
        form = PutInForceForm(request.POST if request.method == "POST" else None, now=now)
        if not form.is_valid():
            return self._ask(request, form, _asked_for_a_day())
        if "confirmed" not in request.POST:
            for field in form.fields.values():
                field.widget = field.hidden_widget()
            return self._ask(request, form, _asked_to_confirm(form), confirming=True)
        if not form.perform(by=actor_in(request)):
            return self._ask(request, form, _asked_for_a_day())
        self.message_user(request, _("Regelsettet settes i kraft."), messages.SUCCESS)
        return HttpResponseRedirect(reverse(LIST))

    def take_back(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, and take back what is still ahead."""
        entry: Any = get_object_or_404(self.get_queryset(request), pk=object_id)
        if not self._may(request, self.writers, entry):
            raise PermissionDenied
        page = reverse("admin:eligibility_rulesetinforce_change", args=[entry.pk])
        if request.method == "POST":
            try:
                take_back(entry_id=entry.pk, by=actor_in(request), now=timezone.now())
            except NotAheadError:
                words = _("Det gjelder allerede, eller er trukket tilbake fra før.")
                self.message_user(request, words, messages.WARNING)
            else:
                self.message_user(request, _("Regelsettet er trukket tilbake."), messages.SUCCESS)
            return HttpResponseRedirect(page)
        asked = {
            "title": _("Trekk tilbake regelsettet"),
            "button": _("Trekk tilbake"),
            "intro": (_("Regelsettet som gjaldt fra før, fortsetter å gjelde."),),
            "facts": (
                (_("Regelsett"), entry.rule_set),
                (_("Gjelder fra"), day_and_year(entry.from_date)),
            ),
            "danger": True,
        }
        return self._ask(request, None, asked, back=page, crumb=str(entry))

    def _is_ahead(self, entry: Any) -> bool:
        return bool(entry.from_date > oslo_date(timezone.now()))

    def _can_be_taken_back(self, entry: Any) -> bool:
        return self._is_ahead(entry) and not entry.taken_back

    def _ask(
        self,
        request: HttpRequest,
        form: PutInForceForm | None,
        asked: dict[str, Any],
        *,
        confirming: bool = False,
        back: str = "",
        crumb: str = "",
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": asked["title"],
            "asked": asked,
            "form": form,
            "errors": form.errors if form else {},
            "confirming": confirming,
            "back": back or reverse(LIST),
            "crumb": crumb,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/ask.html", context)


def _now_in_force() -> str:
    found = in_force(oslo_date(timezone.now()), put_so_far())
    words = _("I dag gjelder %(name)s, siden %(day)s.")
    return str(words) % {"name": found.name, "day": day_and_year(found.since)}


def _asked_for_a_day() -> dict[str, Any]:
    return {
        "title": _("Sett et regelsett i kraft"),
        "button": _("Fortsett"),
        "intro": (
            _now_in_force(),
            _(
                "Spill gjennom saker først, med kommandoene assess og compare_rule_sets, og se "
                "hvilke som får et annet svar."
            ),
        ),
    }


def _asked_to_confirm(form: PutInForceForm) -> dict[str, Any]:
    return {
        "title": _("Vil du sette regelsettet i kraft?"),
        "button": _("Ja, sett i kraft"),
        "intro": (
            _now_in_force(),
            _(
                "Fra dagen du har valgt, avgjør regelsettet hver sjekk og hvert besøk på alle "
                "vaksinasjonssteder. Vurderinger som er gjort før, endres ikke. Du kan trekke det "
                "tilbake til og med dagen før."
            ),
        ),
        "facts": (
            (_("Regelsett"), form.cleaned_data["rule_set"]),
            (_("Gjelder fra"), day_and_year(form.cleaned_data["from_date"])),
        ),
        "danger": True,
    }
