"""Why somebody opens a person's pages, when the clinic has nothing to do with them just now."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from audit.domain.why import LONGEST, SHORTEST
from clinics.audit_words import GIVEN_REASONS
from patients.domain.invisible import without_invisible

# The field that says that a reason is sent, and by which method the page was asked for.
ASKED = "innsyn-spurt"
_NUMBER = re.compile(r"\d{6}[ .-]?\d{5}")


class ReasonForm(forms.Form):
    """A reason to choose, and what it is about in one's own words."""

    code = forms.ChoiceField(
        label=_("Hvorfor må du åpne dette?"),
        choices=list(GIVEN_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvorfor")),
    )
    text = forms.CharField(
        label=_("Skriv kort hva du skal gjøre"),
        help_text=_(
            "10 til 200 tegn. Skriv ikke navn, nummer, helse eller annet om personen: Det du "
            "skriver, leses av den som ser over innsyn, og personen kan be om å få se det."
        ),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST}),
        error_messages={"required": _("Skriv hva du skal gjøre")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="innsyn")
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_text(self) -> str:
        """Return what is written, if it is long enough and no number of a person."""
        text = " ".join(without_invisible(self.cleaned_data["text"]).split())
        if not SHORTEST <= len(text) <= LONGEST:
            words = _("Skriv mellom %(least)s og %(most)s tegn. Nå er det %(length)s.")
            raise forms.ValidationError(
                words % {"least": SHORTEST, "most": LONGEST, "length": len(text)}
            )
        if _NUMBER.search(text):
            raise forms.ValidationError(_("Ta bort fødselsnummeret"))
        return text
