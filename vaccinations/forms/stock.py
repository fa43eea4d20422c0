"""What happens to a clinic's stock, as it is entered in the admin."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from audit.domain import Actor
from clinics.models import Clinic
from clinics.templatetags.oslo_time import clock, day
from vaccinations.domain.thawing import ThawFault
from vaccinations.forms.acting import (
    ServiceForm,
    Words,
    day_field,
    moment_field,
    note_field,
    number_field,
    this_minute,
)
from vaccinations.models import Product
from vaccinations.selectors import Stock, thawings_on_hand
from vaccinations.services.lot_moves import quarantine, release, report_excursion
from vaccinations.services.stock import (
    LotExpiredError,
    NotAPositiveNumberError,
    ReasonMissingError,
    count_stock,
    receive,
    write_off,
    write_off_thawed,
)
from vaccinations.services.thawing import WrongThawingError, thaw

THAW_FAULTS: dict[ThawFault, tuple[str, Words]] = {
    ThawFault.IN_THE_FUTURE: ("thawed_at", _("Skriv når glassene ble tatt opp, ikke fram i tid.")),
    ThawFault.ENDS_BEFORE_IT_BEGINS: (
        "use_before",
        _("Fristen må være etter at glassene ble tatt opp."),
    ),
    ThawFault.ENDED_ALREADY: ("use_before", _("Fristen er ute. Ikke bruk glassene.")),
    ThawFault.OUTLIVES_THE_LOT: (
        "use_before",
        _("Loten utløper før det. Tining gjør ikke at den varer lenger."),
    ),
    ThawFault.DAY_PASSED: ("for_day", _("Velg i dag eller en dag som kommer.")),
    ThawFault.DAY_AFTER_THE_END: ("for_day", _("Da er fristen for de tinte glassene ute.")),
}


class NewDeliveryForm(ServiceForm):
    """A delivery of a lot that may be new here."""

    clinic = forms.ModelChoiceField(label=_("Vaksinasjonssted"), queryset=Clinic.objects.none())
    product = forms.ModelChoiceField(label=_("Vaksine"), queryset=Product.objects.order_by("name"))
    number = forms.CharField(
        label=_("Lotnummer"),
        max_length=30,
        help_text=_("Slik det står på pakningen. Er loten her fra før, legges glassene til den."),
    )
    expires_on = day_field(_("Utløper"), help_text=_("Siste dag loten kan brukes."))
    vials = number_field(_("Antall hetteglass"))
    note = note_field(_("Merknad"), required=False)

    def __init__(self, *args: Any, clinics: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].queryset = clinics  # type: ignore[attr-defined]
        for field, rows in (("clinic", clinics), ("product", Product.objects.all())):
            first_two = list(rows[:2]) if not self.is_bound else []
            if len(first_two) == 1:
                self.initial.setdefault(field, first_two[0].pk)

    def act(self, *, by: Actor, now: datetime) -> None:
        """Take in the delivery."""
        receive(
            clinic_id=self.cleaned_data["clinic"].pk,
            product_id=self.cleaned_data["product"].pk,
            number=self.cleaned_data["number"],
            expires_on=self.cleaned_data["expires_on"],
            vials=self.cleaned_data["vials"],
            note=self.cleaned_data["note"],
            by=by,
            now=now,
        )


class LotForm(ServiceForm):
    """A form about one lot, with its stock as it was when the page was made."""

    def __init__(self, *args: Any, stock: Stock, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stock = stock
        self.lot = {"lot_id": stock.lot.pk, "clinic_id": stock.lot.clinic_id}


class DeliveryForm(LotForm):
    """More of a lot that is here already."""

    expires_on = day_field(
        _("Utløper"), help_text=_("Les datoen på pakningen: den må være den samme som før.")
    )
    vials = number_field(_("Antall hetteglass"))
    note = note_field(_("Merknad"), required=False)

    def act(self, *, by: Actor, now: datetime) -> None:
        """Take in the delivery."""
        lot = self.stock.lot
        receive(
            clinic_id=lot.clinic_id,
            product_id=lot.product_id,
            number=lot.number,
            expires_on=self.cleaned_data["expires_on"],
            vials=self.cleaned_data["vials"],
            note=self.cleaned_data["note"],
            by=by,
            now=now,
        )


class CountForm(LotForm):
    """A stocktake."""

    fields_of = {NotAPositiveNumberError: "counted"}

    counted = number_field(
        _("Talte uåpnede hetteglass"),
        min_value=0,
        help_text=_("Tell både frosne og tinte glass som ikke er åpnet."),
    )
    note = note_field(
        _("Forklaring"),
        required=False,
        help_text=_(
            "Må fylles ut når tallet er et annet enn det registrerte. Ikke skriv noe om "
            "enkeltpersoner."
        ),
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["expected"] = self.stock.on_hand

    def act(self, *, by: Actor, now: datetime) -> None:
        """Record the count."""
        count_stock(
            **self.lot,
            counted=self.cleaned_data["counted"],
            expected=self.cleaned_data["expected"],
            note=self.cleaned_data["note"],
            by=by,
            now=now,
        )

    def stock_changed(self, on_hand: int) -> None:
        """Ask to look again, and let the next post be judged by the new number."""
        self.data = {**self.data.dict(), "expected": str(on_hand)}  # type: ignore[attr-defined]
        self.refuse(
            "counted",
            _("Lageret er endret mens du talte: det skal være %s nå. Se om tallet stemmer.")
            % on_hand,
        )


class WriteOffForm(LotForm):
    """Vials that are lost or sent back."""

    LOST, RETURNED = "lost", "returned"
    NOT_THAWED = ""

    what = forms.ChoiceField(
        label=_("Hva har skjedd?"),
        choices=[(LOST, _("Svinn: kastet, knust eller borte")), (RETURNED, _("Sendt tilbake"))],
    )
    thawing = forms.ChoiceField(label=_("Hvilke glass?"), required=False)
    vials = number_field(_("Antall hetteglass"))
    note = note_field(_("Hvorfor"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        thawings = thawings_on_hand([self.stock.lot.pk])
        if not thawings:
            del self.fields["thawing"]
            return
        self.fields["thawing"].choices = [  # type: ignore[attr-defined]
            (self.NOT_THAWED, _("Frosne (%s på lager)") % self.stock.frozen),
            *((str(one.pk), thawing_words(one)) for one in thawings),
        ]

    def act(self, *, by: Actor, now: datetime) -> None:
        """Write off."""
        thawing = self.cleaned_data.get("thawing")
        write_off(
            **self.lot,
            vials=self.cleaned_data["vials"],
            note=self.cleaned_data["note"],
            returned=self.cleaned_data["what"] == self.RETURNED,
            thawing_id=int(thawing) if thawing else None,
            by=by,
            now=now,
        )


class ThawForm(LotForm):
    """Vials out of the freezer."""

    fields_of = {LotExpiredError: "vials"}

    vials = number_field(_("Antall hetteglass"))
    for_day = day_field(_("Til dagen"), help_text=_("Dagen glassene skal brukes."))
    thawed_at = moment_field(_("Tatt opp av fryseren"))
    use_before = moment_field(
        _("Må åpnes før"),
        help_text=_(
            "Regn ut fristen etter preparatomtalen, fra da glassene ble tatt opp. Etter fristen "
            "kan de ikke åpnes. De kan aldri fryses igjen."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("thawed_at", this_minute())

    def act(self, *, by: Actor, now: datetime) -> None:
        """Record the thawing."""
        try:
            thaw(
                **self.lot,
                vials=self.cleaned_data["vials"],
                thawed_at=self.cleaned_data["thawed_at"],
                use_before=self.cleaned_data["use_before"],
                for_day=self.cleaned_data["for_day"],
                by=by,
                now=now,
            )
        except WrongThawingError as error:
            for fault in error.faults:
                self.refuse(*THAW_FAULTS[fault])


class ExcursionForm(LotForm):
    """A lot that was too warm or too cold."""

    fields_of = {ReasonMissingError: "temperatures"}

    since = moment_field(_("Fra"))
    until = moment_field(_("Til"), help_text=_("Når temperaturen var riktig igjen."))
    temperatures = note_field(
        _("Temperaturer og hva som skjedde"),
        help_text=_(
            "Skriv det som er lest av eller fortalt, for eksempel «12 °C i kjøleskapet, døra sto "
            "åpen». Ikke skriv noe om enkeltpersoner."
        ),
    )

    def act(self, *, by: Actor, now: datetime) -> None:
        """Report the excursion."""
        report_excursion(
            **self.lot,
            since=self.cleaned_data["since"],
            until=self.cleaned_data["until"],
            temperatures=self.cleaned_data["temperatures"],
            by=by,
            now=now,
        )


class QuarantineForm(LotForm):
    """Why a lot is stopped."""

    note = note_field(_("Hvorfor"))

    def act(self, *, by: Actor, now: datetime) -> None:
        """Stop the lot."""
        quarantine(**self.lot, note=self.cleaned_data["note"], by=by, now=now)


class ReleaseForm(LotForm):
    """Why a lot may be used again."""

    note = note_field(_("Hva vurderingen bygger på"))

    def act(self, *, by: Actor, now: datetime) -> None:
        """Let the lot out of quarantine."""
        release(**self.lot, note=self.cleaned_data["note"], by=by, now=now)


class ThawedLossForm(ServiceForm):
    """Why thawed vials were not used in time."""

    note = note_field(_("Hvorfor ble de ikke brukt?"))

    def __init__(self, *args: Any, thawing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thawing = thawing

    def act(self, *, by: Actor, now: datetime) -> None:
        """Write off what is left of the thawing."""
        write_off_thawed(
            thawing_id=self.thawing.pk,
            clinic_id=self.thawing.lot.clinic_id,
            note=self.cleaned_data["note"],
            by=by,
            now=now,
        )


def thawing_words(thawing: Any) -> Words:
    """Name what is left of a thawing: "4 tinte, åpnes før torsdag 26. november kl. 18.00"."""
    return ngettext_lazy(
        "%(vials)s tint, åpnes før %(day)s kl. %(time)s",
        "%(vials)s tinte, åpnes før %(day)s kl. %(time)s",
        thawing.remaining,
    ) % {
        "vials": thawing.remaining,
        "day": day(thawing.use_before),
        "time": clock(thawing.use_before),
    }
