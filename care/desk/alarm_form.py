"""Acknowledging an alarm: what was found."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from audit.domain.alarms import LONGEST_NOTE
from patients.domain.invisible import without_invisible


class AlarmForm(forms.Form):
    """What somebody has found who looked at an alarm."""

    note = forms.CharField(
        label=_("Hva fant du ut?"),
        help_text=_(
            "For eksempel hvem du har snakket med, og om det var en grunn. Høyst 500 tegn. Skriv "
            "ikke noe om dem det ble sett på."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
        error_messages={"required": _("Skriv hva du fant ut")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", _("Kvitter for varselet")))

    def clean_note(self) -> str:
        """Return what is written, if it is something and not too much."""
        note = without_invisible(self.cleaned_data["note"]).strip()
        if not note:
            raise forms.ValidationError(_("Skriv hva du fant ut"))
        if len(note) > LONGEST_NOTE:
            words = _("Det er for langt: %(length)s tegn. Skriv høyst %(most)s.")
            raise forms.ValidationError(words % {"length": len(note), "most": LONGEST_NOTE})
        return note
