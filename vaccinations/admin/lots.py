"""The admin's pages for lots: the stock, a lot's ledger, and what can be done with it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinics.domain.calendar import oslo_date
from clinics.domain.roles import AT_THE_BOARD, Role
from clinics.templatetags.oslo_time import numeric_day
from vaccinations.admin.base import (
    Asked,
    OfClinic,
    ServiceAdmin,
    View,
    clinics_for,
    posted_or_asked,
)
from vaccinations.admin.filters import ExpiryFilter, StockFilter
from vaccinations.admin.lot_actions import KEEPERS, LOT_ACTIONS, LotAction
from vaccinations.admin.promised import promised_facts, shortage_words
from vaccinations.forms.stock import NewDeliveryForm, thawing_words
from vaccinations.models import Lot
from vaccinations.selectors import Stock, stock_of, thawings_on_hand, with_stock
from vaccinations.selectors.ledger import ledger_of
from vaccinations.selectors.overview import overviews


@admin.register(Lot)
class LotAdmin(ServiceAdmin[Lot]):
    """Lots and their stock. A new one comes with its first delivery."""

    adders = KEEPERS
    list_display = [
        "number",
        "state_shown",
        "on_hand",
        "frozen",
        "thawed",
        "opened",
        "expires_on",
        "product",
        "clinic",
    ]
    list_filter = [
        "state",
        ExpiryFilter,
        StockFilter,
        ("product", OfClinic),
        ("clinic", OfClinic),
    ]
    list_select_related = ["clinic", "product"]
    list_per_page = 50
    search_fields = ["number"]
    ordering = ["expires_on", "number"]
    fields = [
        "number",
        "clinic",
        "product",
        "expires_on",
        "state",
        "on_hand",
        "frozen",
        "thawed",
        "opened",
    ]
    readonly_fields = ["on_hand", "frozen", "thawed", "opened"]
    change_list_template = "admin/vaccinations/lots.html"
    change_form_template = "admin/vaccinations/lot.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Count the stock of each lot in the same query."""
        rows = super().get_queryset(request).select_related("clinic", "product")
        return with_stock(rows, now=timezone.now())

    def get_urls(self) -> list[URLPattern]:
        """Put the pages of what can be done before Django's own."""
        ours = [self.object_page(one.name, one.address, self._view_of(one)) for one in LOT_ACTIONS]
        return [*ours, *super().get_urls()]

    @admin.display(description=_("tilstand"), ordering="state")
    def state_shown(self, lot: Lot) -> str:
        """Say that a lot is expired, which weighs more than that it was not stopped."""
        if lot.state == Lot.State.USABLE and lot.expires_on < oslo_date(timezone.now()):
            return str(_("utløpt"))
        return str(lot.get_state_display())

    @admin.display(description=_("uåpnet på lager"), ordering="on_hand")
    def on_hand(self, lot: Any) -> int:
        """Return how many unopened vials there are."""
        return stock_of(lot).on_hand

    @admin.display(description=_("frosne"))
    def frozen(self, lot: Any) -> int | str:
        """Return how many are frozen; nothing to say of what is not stored so."""
        return stock_of(lot).frozen if lot.product.stored_frozen else "–"

    @admin.display(description=_("tinte"), ordering="thawed")
    def thawed(self, lot: Any) -> int | str:
        """Return how many are thawed, and how many of them for too long."""
        stock = stock_of(lot)
        if stock.thawed_too_long:
            return str(
                _("%(vials)s, derav %(late)s over fristen")
                % {"vials": stock.thawed, "late": stock.thawed_too_long}
            )
        return stock.thawed if lot.product.stored_frozen or stock.thawed else "–"

    @admin.display(description=_("åpnet"), ordering="opened")
    def opened(self, lot: Any) -> int:
        """Return how many have been opened."""
        return stock_of(lot).opened

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Put the stock of each clinic on top of the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lots = super().get_queryset(request)
        shown = overviews(lots, now=timezone.now())
        return super().changelist_view(request, {**(extra_context or {}), "overviews": shown})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a lot with what can be done, its thawed vials and its ledger."""
        lot = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if lot is not None and self.has_view_permission(request, lot):
            context |= {
                "links": self._links(request, stock_of(lot)),
                "recall": self._recall(request, lot),
                "thawings": [(one, thawing_words(one)) for one in thawings_on_hand([lot.pk])],
                "ledger": ledger_of(lot.pk),
                "now": timezone.now(),
            }
        return super().change_view(request, object_id, form_url, context)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take in a delivery of a lot that may be new."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewDeliveryForm(
            **posted_or_asked(request, NewDeliveryForm.base_fields),
            clinics=clinics_for(request, KEEPERS),
        )
        asked = Asked(title=_("Ny levering"), button=_("Ta inn på lager"))
        return self.ask(
            request,
            form,
            asked,
            clinic_of=lambda form: form.cleaned_data["clinic"].pk,
            done=_("Leveringen er registrert."),
            back=reverse("admin:vaccinations_lot_changelist"),
        )

    def _recall(self, request: HttpRequest, lot: Lot) -> tuple[str, Any] | None:
        """Return the page at the desk about a recall of the lot, for those who may open it."""
        if request.user.is_superuser:
            return None
        if lot.state == Lot.State.RECALLED and self._may(request, AT_THE_BOARD, lot):
            page, words = "desk:recall_calls", _("Hvem som skal ringes")
        elif lot.state != Lot.State.RECALLED and self._may(request, {Role.LEAD}, lot):
            page, words = "desk:recall", _("Tilbakekall loten")
        else:
            return None
        return reverse(page, args=[lot.clinic.slug, lot.pk]), words

    def _view_of(self, action: LotAction) -> View:
        def view(request: HttpRequest, object_id: int) -> HttpResponse:
            lot = get_object_or_404(self.get_queryset(request), pk=object_id)
            if not self._may(request, action.roles, lot):
                raise PermissionDenied
            stock, page = stock_of(lot), reverse("admin:vaccinations_lot_change", args=[lot.pk])
            if not action.fits(stock, oslo_date(timezone.now())):
                words = _("Det kan ikke gjøres slik loten er nå. Se hva som gjelder.")
                self.message_user(request, words, messages.WARNING)
                return HttpResponseRedirect(page)
            form = action.form(**posted_or_asked(request), stock=stock)
            asked = Asked(
                title=action.title,
                button=action.button,
                intro=action.intro,
                facts=(*_facts(stock), *promised_facts(lot, now=timezone.now())),
                danger=action.danger,
            )
            answer = self.ask(
                request,
                form,
                asked,
                clinic_of=lambda _form: lot.clinic_id,
                done=action.done,
                back=page,
                crumb=lot.number,
            )
            if answer.status_code == 302:  # done: what was found out is recorded in any case
                for warning in shortage_words(lot, now=timezone.now()):
                    self.message_user(request, warning, messages.WARNING)
            return answer

        return view

    def _links(self, request: HttpRequest, stock: Stock) -> list[tuple[str, LotAction]]:
        today = oslo_date(timezone.now())
        return [
            (reverse(f"admin:vaccinations_lot_{one.name}", args=[stock.lot.pk]), one)
            for one in LOT_ACTIONS
            if one.fits(stock, today) and self._may(request, one.roles, stock.lot)
        ]


def _facts(stock: Stock) -> tuple[tuple[Any, object], ...]:
    """Return what to know of a lot when something is done with it."""
    lot = stock.lot
    facts: list[tuple[Any, object]] = [
        (_("Lot"), f"{lot.number}, {lot.product}"),
        (_("Sted"), lot.clinic),
        (_("Utløper"), numeric_day(lot.expires_on)),
        (_("Tilstand"), lot.get_state_display()),
        (_("Uåpnet på lager"), stock.on_hand),
    ]
    if lot.product.stored_frozen:
        facts += [(_("Frosne"), stock.frozen), (_("Tinte"), stock.thawed)]
    return tuple(facts)
