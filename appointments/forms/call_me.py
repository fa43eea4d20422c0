"""What a patient wants to be called in the waiting room."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.domain.invisible import without_invisible
from patients.domain.names import InvalidNameError, NameFault, clean_name

_TOO_LONG = _("Navnet er for langt. Skriv høyst 80 tegn.")


class CallMeForm(forms.Form):
    """Empty for the name."""

    marks_optional = False

    call_name = forms.CharField(
        label=_("Hva skal vi rope opp?"),
        help_text=_("Lar du feltet stå tomt, roper vi opp navnet ditt."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _TOO_LONG},
    )

    def clean_call_name(self) -> str:
        """Return what to call out as a name is kept; "" for none."""
        text = without_invisible(self.cleaned_data["call_name"])
        if not text:
            return ""
        try:
            return clean_name(text)
        except InvalidNameError as error:
            no_letter = error.fault is NameFault.NO_LETTER
            words = _("Navnet må ha minst én bokstav.") if no_letter else _TOO_LONG
            raise forms.ValidationError(words) from None
