"""What the doctor signs in the admin."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audit.domain import Actor
from clinics.models import Clinic
from vaccinations.forms.acting import ServiceForm, day_field
from vaccinations.models import Product, StandingOrder
from vaccinations.services.orders import (
    LONGEST_WINDOW,
    SHORTEST_WINDOW,
    sign_in_use_window,
    sign_standing_order,
    withdraw_standing_order,
)


class SigningForm(ServiceForm):
    """For which clinic and product is signed; only the clinics where the reader may."""

    clinic = forms.ModelChoiceField(label=_("Vaksinasjonssted"), queryset=Clinic.objects.none())
    product = forms.ModelChoiceField(label=_("Vaksine"), queryset=Product.objects.order_by("name"))

    def __init__(self, *args: Any, clinics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].queryset = clinics  # type: ignore[attr-defined]
        if not self.is_bound:
            self._choose_the_only("clinic", clinics)
            self._choose_the_only("product", Product.objects.all())

    def _choose_the_only(self, field: str, rows: Any) -> None:
        first_two = list(rows[:2])
        if len(first_two) == 1:
            self.initial.setdefault(field, first_two[0].pk)


class WindowForm(SigningForm):
    """How long an opened vial may be used."""

    minutes = forms.IntegerField(
        label=_("Minutter fra første stikk til glasset må være brukt"),
        min_value=SHORTEST_WINDOW,
        max_value=LONGEST_WINDOW,
        widget=forms.NumberInput(attrs={"class": "vIntegerField"}),
        help_text=_(
            "Fra 1 til 480 minutter (8 timer). Tavla teller ned fra glasset åpnes, og ingen dose "
            "kan gis av det når tiden er ute. 120 betyr at et glass som åpnes kl. 16.00, må være "
            "brukt før kl. 18.00."
        ),
    )

    def act(self, *, by: Actor, now: datetime) -> None:
        """Sign the window."""
        sign_in_use_window(
            clinic_id=self.cleaned_data["clinic"].pk,
            product_id=self.cleaned_data["product"].pk,
            minutes=self.cleaned_data["minutes"],
            by=by,
            now=now,
        )


class OrderForm(SigningForm):
    """What is ordered, and for how long."""

    text = forms.CharField(
        label=_("Hva som ordineres"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text=_(
            "Skriv det så den som vaksinerer kan følge det: hvem som kan få vaksinen, dose og "
            "hvordan den gis, avstand mellom dosene og når legen skal kontaktes."
        ),
    )
    valid_from = day_field(_("Fra og med"))
    valid_until = day_field(
        _("Til og med"),
        required=False,
        help_text=_("La stå tomt hvis ordinasjonen gjelder til den trekkes tilbake."),
    )

    def act(self, *, by: Actor, now: datetime) -> None:
        """Sign the order."""
        sign_standing_order(
            clinic_id=self.cleaned_data["clinic"].pk,
            product_id=self.cleaned_data["product"].pk,
            text=self.cleaned_data["text"],
            valid_from=self.cleaned_data["valid_from"],
            valid_until=self.cleaned_data["valid_until"],
            by=by,
            now=now,
        )


class WithdrawForm(ServiceForm):
    """Nothing to fill in: the button is the answer."""

    def __init__(self, *args: Any, order: StandingOrder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order

    def act(self, *, by: Actor, now: datetime) -> None:
        """Withdraw the order."""
        withdraw_standing_order(
            order_id=self.order.pk, clinic_id=self.order.clinic_id, by=by, now=now
        )
