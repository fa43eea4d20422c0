"""The admin's pages for what the doctor signs: in-use windows and standing orders."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.templatetags.oslo_time import clock, numeric_day
from vaccinations.admin.base import (
    Asked,
    OfClinic,
    ServiceAdmin,
    clinics_for,
    posted_or_asked,
)
from vaccinations.forms.signing import OrderForm, SigningForm, WindowForm, WithdrawForm
from vaccinations.models import InUseWindow, StandingOrder

SIGNERS = frozenset({Role.CLINICIAN})


class SignedAdmin(ServiceAdmin[Any]):
    """Rows that a clinician signs for their own clinic and everyone with an office role reads."""

    adders = SIGNERS
    signing_form: type[SigningForm]

    def asked(self, request: HttpRequest) -> Asked:
        """Return the words of the page where one signs."""
        raise NotImplementedError

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for a signature."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        start = posted_or_asked(request, self.signing_form.base_fields)
        if "initial" in start and "valid_from" in self.signing_form.base_fields:
            start["initial"].setdefault("valid_from", oslo_date(timezone.now()))
        return self.ask(
            request,
            self.signing_form(**start, clinics=clinics_for(request, SIGNERS)),
            self.asked(request),
            clinic_of=lambda form: form.cleaned_data["clinic"].pk,
            done=_("Signert."),
            back=reverse(f"admin:vaccinations_{self.opts.model_name}_changelist"),
        )


@admin.register(InUseWindow)
class InUseWindowAdmin(SignedAdmin):
    """How long an opened vial may be used. The newest counts; those before stay to be read."""

    signing_form = WindowForm
    list_display = [
        "minutes",
        "clinic",
        "product",
        "in_force",
        "set_by",
        "hpr_number",
        "set_at",
        "is_demo",
    ]
    list_filter = [("clinic", OfClinic), ("product", OfClinic)]
    list_select_related = ["clinic", "product", "set_by"]
    fields = ["clinic", "product", "minutes", "set_by", "hpr_number", "set_at", "is_demo"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Find the newest for each clinic and product in the same query."""
        same = InUseWindow.objects.filter(
            clinic=OuterRef("clinic"), product=OuterRef("product")
        ).order_by("-set_at", "-pk")
        rows = super().get_queryset(request).annotate(newest=Subquery(same.values("pk")[:1]))
        found: QuerySet[Any] = rows
        return found

    @admin.display(description=_("gjelder"), boolean=True)
    def in_force(self, window: Any) -> bool:
        """Tell whether it is the newest."""
        return bool(window.newest == window.pk)

    def asked(self, request: HttpRequest) -> Asked:
        """Say what the minutes mean, whose they are, and which are in force."""
        in_force = (
            self.get_queryset(request)
            .filter(clinic__in=clinics_for(request, SIGNERS), newest=F("pk"))
            .select_related("clinic", "product", "set_by")
            .order_by("clinic__name", "product__name")
        )
        facts = tuple((f"{one.clinic}, {one.product}", _in_words(one)) for one in in_force)
        return Asked(
            title=_("Signer brukstid etter åpning"),
            button=_("Signer"),
            intro=(
                _(
                    "Hvor lenge et åpnet hetteglass kan brukes, står i vaksinens preparatomtale. "
                    "Du velger tiden og har ansvaret for den som lege på stedet. Navnet ditt og "
                    "HPR-nummeret blir stående."
                ),
                _(
                    "Den nye tiden gjelder for glass som åpnes fra nå av og dager som planlegges "
                    "fra nå av. Uten en signert tid kan ingen dag planlegges."
                ),
            ),
            facts=facts or ((_("Gjelder nå"), _("Ingen brukstid er signert ennå.")),),
        )


@admin.register(StandingOrder)
class StandingOrderAdmin(SignedAdmin):
    """The doctor's orders. One that holds is needed for every dose."""

    signing_form = OrderForm
    list_display = [
        "product",
        "clinic",
        "status",
        "valid_from",
        "valid_until",
        "signed_by",
        "hpr_number",
        "signed_at",
    ]
    list_filter = [("clinic", OfClinic), ("product", OfClinic)]
    list_select_related = ["clinic", "product", "signed_by"]
    fields = [
        "clinic",
        "product",
        "status",
        "text",
        "valid_from",
        "valid_until",
        "signed_by",
        "hpr_number",
        "signed_at",
        "withdrawn_at",
        "withdrawn_by",
    ]
    readonly_fields = ["status"]
    change_form_template = "admin/vaccinations/order.html"

    def get_urls(self) -> list[URLPattern]:
        """Put the page for withdrawing before Django's own."""
        return [self.object_page("withdraw", "trekk-tilbake", self.withdraw), *super().get_urls()]

    @admin.display(description=_("tilstand"))
    def status(self, order: StandingOrder) -> str:
        """Say whether doses may be given on it today, and if not why."""
        today = oslo_date(timezone.now())
        if order.withdrawn_at is not None:
            return str(_("trukket tilbake"))
        if order.valid_from > today:
            return str(_("ikke begynt"))
        if order.valid_until is not None and order.valid_until < today:
            return str(_("utløpt"))
        return str(_("gjelder"))

    def asked(self, request: HttpRequest) -> Asked:
        """Say what an order is for."""
        return Asked(
            title=_("Signer ordinasjon"),
            button=_("Signer"),
            intro=(
                _(
                    "Ordinasjonen er legens skriftlige grunnlag for at andre kan vaksinere på "
                    "stedet. Uten en som gjelder, kan ingen doser gis. Navnet ditt og HPR-nummeret "
                    "vises på tavla."
                ),
                _(
                    "Teksten kan ikke endres etterpå. Skal noe være annerledes, signerer du en ny "
                    "og trekker den gamle tilbake."
                ),
            ),
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an order, with the way to withdraw it for those who may."""
        order = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if order is not None and order.withdrawn_at is None and self._may(request, SIGNERS, order):
            context["withdraw_url"] = reverse(
                "admin:vaccinations_standingorder_withdraw", args=[order.pk]
            )
        return super().change_view(request, object_id, form_url, context)

    def withdraw(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask, and withdraw an order."""
        rows = self.get_queryset(request).select_related("clinic", "product", "signed_by")
        order = get_object_or_404(rows, pk=object_id)
        if not self._may(request, SIGNERS, order):
            raise PermissionDenied
        page = reverse("admin:vaccinations_standingorder_change", args=[order.pk])
        if order.withdrawn_at is not None:
            words = _("Ordinasjonen er trukket tilbake allerede.")
            self.message_user(request, words, messages.INFO)
            return HttpResponseRedirect(page)
        others = (
            rows.filter(clinic=order.clinic, product=order.product, withdrawn_at=None)
            .exclude(pk=order.pk)
            .exclude(valid_until__lt=oslo_date(timezone.now()))
        )
        asked = Asked(
            title=_("Trekk tilbake ordinasjonen"),
            button=_("Trekk tilbake"),
            intro=(_what_then(others.count()),),
            facts=(
                (_("Sted"), order.clinic),
                (_("Vaksine"), order.product),
                (_("Signert av"), f"{order.signed_by}, {numeric_day(order.signed_at)}"),
                (_("Hva som ordineres"), order.text),
            ),
            danger=True,
        )
        return self.ask(
            request,
            WithdrawForm(**posted_or_asked(request), order=order),
            asked,
            clinic_of=lambda _form: order.clinic_id,
            done=_("Ordinasjonen er trukket tilbake."),
            back=page,
            crumb=str(order),
        )


def _what_then(others: int) -> str:
    if not others:
        return str(
            _(
                "Fra da av kan ingen doser av vaksinen gis på stedet, før en ny ordinasjon er "
                "signert. Den gamle blir stående i listen."
            )
        )
    return ngettext(
        "%(number)s annen ordinasjon for vaksinen på stedet er ikke trukket tilbake. Doser kan "
        "fortsatt gis på den så lenge den gjelder.",
        "%(number)s andre ordinasjoner for vaksinen på stedet er ikke trukket tilbake. Doser "
        "kan fortsatt gis på dem så lenge de gjelder.",
        others,
    ) % {"number": others}


def _in_words(window: InUseWindow) -> str:
    return str(
        _("%(minutes)s minutter, signert av %(name)s %(day)s kl. %(time)s")
        % {
            "minutes": window.minutes,
            "name": window.set_by,
            "day": numeric_day(timezone.localtime(window.set_at)),
            "time": clock(window.set_at),
        }
    )
