"""The forms about vials: opening one, throwing one away, one that broke before it was opened."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from care.dayboard.forms import Choice, LenientChoiceField
from care.desk.case_forms import WordsField
from clinics.templatetags.oslo_time import numeric_day
from vaccinations.domain.lot_code import LONGEST, LotCode, UnreadableCodeError, read_code
from vaccinations.models import Vial
from vaccinations.selectors import LotOnHand

WHICH = _("Skann glasset, skriv lotnummeret, eller velg loten som står på det")


class OpenVialForm(forms.Form):
    """A new vial: which lot, by its code or by choice. Nothing is chosen beforehand."""

    choices_as = "cards"

    letter = forms.CharField(widget=forms.HiddenInput, max_length=3)
    code = forms.CharField(
        label=_("Skann koden på glasset, eller skriv lotnummeret"),
        help_text=_("Med skanner åpnes glasset når koden er lest."),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    lot = LenientChoiceField(
        label=_("Eller velg loten som står på glasset"), widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: Any, lots: Iterable[LotOnHand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = {on_hand.lot.pk: on_hand.lot.number for on_hand in lots}
        self.fields["lot"].choices = [  # type: ignore[attr-defined]
            (on_hand.lot.pk, lot_choice(on_hand)) for on_hand in lots
        ]

    def clean_code(self) -> LotCode | None:
        """Return what the code says, None without one."""
        text: str = self.cleaned_data["code"]
        if not text.strip():
            return None
        try:
            return read_code(text)
        except UnreadableCodeError:
            raise forms.ValidationError(
                _("Koden kan ikke leses. Skriv lotnummeret som står på glasset.")
            ) from None

    def clean_lot(self) -> int | None:
        """Return the lot's key; what is no key is no lot."""
        lot: str = self.cleaned_data["lot"]
        if lot and not (lot.isascii() and lot.isdecimal() and len(lot) < 19):
            raise forms.ValidationError(_("Velg loten som står på glasset"))
        return int(lot) if lot else None

    def clean(self) -> dict[str, Any]:
        """Ask for the lot one way or the other, and for the same one if both."""
        cleaned = super().clean() or {}
        code, lot = cleaned.get("code"), cleaned.get("lot")
        if self.errors:
            return cleaned
        if not code and not lot:
            self.add_error("code", WHICH)
        elif code and lot and self.numbers.get(lot) != code.number:
            self.add_error(
                "code",
                _("Koden er av lot %(number)s, men du har valgt en annen. Se på glasset igjen.")
                % {"number": code.number},
            )
        return cleaned


def lot_choice(on_hand: LotOnHand) -> Choice:
    """Name a lot, with its last day and how many unopened vials are left."""
    lot = on_hand.lot
    return Choice(
        words=gettext("Lot %(number)s") % {"number": lot.number},
        hint=ngettext(
            "utløper %(day)s, %(vials)s uåpnet glass igjen",
            "utløper %(day)s, %(vials)s uåpnede glass igjen",
            on_hand.vials_left,
        )
        % {"day": numeric_day(lot.expires_on), "vials": on_hand.vials_left},
    )


class DiscardForm(forms.Form):
    """Why what is left in a vial is thrown away."""

    reason = forms.ChoiceField(
        label=_("Hvorfor kastes resten?"),
        widget=forms.RadioSelect,
        choices=[(reason, capfirst(words)) for reason, words in Vial.DiscardReason.choices],
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg hvorfor resten kastes")
        ),
    )


class BrokenForm(forms.Form):
    """An unopened vial that cannot be used: which lot, and what happened."""

    choices_as = "cards"

    lot = forms.ChoiceField(
        label=_("Hvilken lot er glasset av?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg loten som står på glasset")
        ),
    )
    expected = forms.CharField(widget=forms.HiddenInput, required=False)
    note = WordsField(
        label=_("Hva skjedde?"),
        longest=200,
        missing=_("Skriv kort hva som skjedde, for eksempel at det falt."),
    )

    def __init__(self, *args: Any, lots: Iterable[LotOnHand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = list(lots)
        self.fields["lot"].choices = [  # type: ignore[attr-defined]
            (on_hand.lot.pk, lot_choice(on_hand)) for on_hand in lots
        ]
        # How many there were of each when the page was shown: a second click finds another number.
        self.fields["expected"].initial = expected_of(lots)


def expected_of(lots: Iterable[LotOnHand]) -> str:
    """Tell how many unopened vials of each lot are left, for a form to remember."""
    return ",".join(f"{on_hand.lot.pk}:{on_hand.vials_left}" for on_hand in lots)
