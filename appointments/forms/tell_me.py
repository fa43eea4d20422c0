"""Asking to be told when a place has times: where, how, and a consent."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.forms.checkout import ContactForm
from clinics.models import Clinic


class TellMeForm(ContactForm):
    """The place, a contact to be proved by a code, and the consent to keep both."""

    field_order = ["clinic", "channel", "phone", "email", "consent"]

    clinic = forms.ChoiceField(
        label=_("Hvor vil du ha time?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg et sted")),
    )
    consent = forms.MultipleChoiceField(
        label=_("Kan vi ta vare på dette?"),
        choices=[("yes", _("Ja, i seks måneder, så dere kan gi meg beskjed"))],
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice", "invalid_list"],
            _("Kryss av for at vi kan ta vare på dette og gi deg beskjed"),
        ),
    )

    def __init__(self, *args: Any, clinics: Iterable[Clinic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].choices = [  # type: ignore[attr-defined]
            (clinic.slug, clinic.discreet_name) for clinic in clinics
        ]
        self.fields["channel"].label = _("Hvor skal vi sende koden og beskjeden?")
        self.helper.layout = Layout("clinic", *self.helper.layout, "consent")
