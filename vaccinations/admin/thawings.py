"""The admin's pages for what was thawed, until when it is good, and what to write off."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from clinics.role_admin import ReadOnlyAdmin
from vaccinations.admin.base import Asked, OfClinic, ServiceAdmin, posted_or_asked
from vaccinations.admin.filters import LeftoverFilter
from vaccinations.admin.lot_actions import KEEPERS
from vaccinations.forms.stock import ThawedLossForm, thawing_words
from vaccinations.models import Thawing
from vaccinations.selectors import with_remaining


@admin.register(Thawing)
class ThawingAdmin(ReadOnlyAdmin[Thawing], ServiceAdmin[Thawing]):
    """Thawed vials. They are thawed on the lot's page."""

    clinic_path = "lot__clinic_id"
    list_display = [
        "for_day",
        "lot",
        "remaining",
        "use_before",
        "to_do",
        "vials",
        "thawed_at",
        "clinic",
        "by",
    ]
    list_filter = [LeftoverFilter, ("lot__clinic", OfClinic)]
    search_fields = ["lot__number"]
    fields = ["lot", "clinic", "vials", "remaining", "thawed_at", "use_before", "for_day", "by"]
    readonly_fields = ["clinic", "remaining"]
    change_list_template = "admin/vaccinations/thawings.html"
    change_form_template = "admin/vaccinations/thawing.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count what is left of each in the same query."""
        rows = super().get_queryset(request)
        return with_remaining(rows.select_related("lot__clinic", "by"))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Leave out what is to be done for those who only read."""
        names = [*super().get_list_display(request)]
        return names if self._may(request, KEEPERS, None) else [n for n in names if n != "to_do"]

    def get_urls(self) -> list[URLPattern]:
        """Put the page for writing off before Django's own."""
        return [self.object_page("write_off", "avskriv", self.write_off), *super().get_urls()]

    @admin.display(description=_("sted"), ordering="lot__clinic")
    def clinic(self, thawing: Thawing) -> Clinic:
        """Return where the vials are."""
        return thawing.lot.clinic

    @admin.display(description=_("igjen"), ordering="remaining")
    def remaining(self, thawing: Any) -> int:
        """Return how many are neither opened nor written off."""
        left: int = thawing.remaining
        return left

    @admin.display(description=_("å gjøre"))
    def to_do(self, thawing: Any) -> str:
        """Lead to the page where what is too late is written off."""
        if not is_due(thawing):
            return ""
        url = reverse("admin:vaccinations_thawing_write_off", args=[thawing.pk])
        return format_html('<a href="{}">{}</a>', url, _("Avskriv"))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a thawing, with the way to write off what is too late."""
        thawing = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if thawing is not None and is_due(thawing) and self._may(request, KEEPERS, thawing):
            context["write_off_url"] = reverse(
                "admin:vaccinations_thawing_write_off", args=[thawing.pk]
            )
        return super().change_view(request, object_id, form_url, context)

    def write_off(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask why, and write off what was not opened in time."""
        rows = self.get_queryset(request).select_related("lot__clinic", "lot__product")
        thawing = get_object_or_404(rows, pk=object_id)
        if not self._may(request, KEEPERS, thawing):
            raise PermissionDenied
        if not is_due(thawing):
            words = _("Det er ingenting å avskrive: alt er brukt, eller fristen er ikke ute.")
            self.message_user(request, words, messages.INFO)
            return HttpResponseRedirect(reverse("admin:vaccinations_thawing_changelist"))
        asked = Asked(
            title=_("Avskriv tinte glass"),
            button=_("Avskriv alle som er igjen"),
            facts=(
                (_("Lot"), f"{thawing.lot.number}, {thawing.lot.product}"),
                (_("Sted"), thawing.lot.clinic),
                (_("Igjen"), thawing_words(thawing)),
            ),
            danger=True,
        )
        return self.ask(
            request,
            ThawedLossForm(**posted_or_asked(request), thawing=thawing),
            asked,
            clinic_of=lambda _form: thawing.lot.clinic_id,
            done=_("De tinte glassene er avskrevet."),
            back=reverse("admin:vaccinations_thawing_changelist"),
        )


def is_due(thawing: Any) -> bool:
    """Tell whether a thawing has vials left that may not be opened any more."""
    return bool(thawing.remaining > 0 and thawing.use_before <= timezone.now())
