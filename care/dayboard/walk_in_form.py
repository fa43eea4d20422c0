"""The one page on which somebody without a time is registered and asked."""

from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from care.desk.phone_form import PhoneForm
from patients.models import Patient

_SEE_ID = _("Se gyldig legitimasjon, og kryss av. Uten den kan personen ikke få vaksinen i dag.")


class WalkInForm(PhoneForm):
    """Who, what is answered, and that ID was seen: the form of the phone without its times."""

    def __init__(
        self, data: QueryDict | None, *, today: date, known: Patient | None, asks: bool
    ) -> None:
        super().__init__(data, today=today, known=known, asks=asks)
        del self.fields["slot"]
        self.fields["id_seen"] = forms.BooleanField(
            label=_("Jeg har sett gyldig legitimasjon, og personen vil vaksineres i dag"),
            error_messages={"required": _SEE_ID},
        )
