"""The editor of a message's texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.domain.parts import PARTS, Words
from notifications.services.text_checks import Checked, check
from notifications.text_words import in_words


class MessageTextForm(forms.Form):
    """The three parts of a message in a language; ``seen`` is the revision they are based on."""

    sms = forms.CharField(
        label=_("SMS"), required=False, widget=forms.Textarea(attrs={"rows": 5, "cols": 60})
    )
    subject = forms.CharField(
        label=_("Emnet i e-posten"), required=False, widget=forms.TextInput(attrs={"size": 60})
    )
    email = forms.CharField(
        label=_("E-posten"), required=False, widget=forms.Textarea(attrs={"rows": 16, "cols": 60})
    )
    seen = forms.IntegerField(min_value=0, max_value=32767, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kind: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.language = language
        for name in PARTS:
            # The text is in its own language, whatever the page is in; the errors are named.
            self.fields[name].widget.attrs["lang"] = language

    def clean(self) -> dict[str, Any]:
        """Check the texts as they would be sent."""
        given: dict[str, Any] = super().clean() or {}
        for part in PARTS:
            # A browser ends lines in its own way.
            given[part] = given.get(part, "").replace("\r\n", "\n").strip()
        self.checked: dict[str, Checked] = check(self.kind, self.language, self.words())
        for part, one in self.checked.items():
            for fault in one.faults if part not in self.errors else ():
                self.add_error(part, in_words(fault))
        return given

    def words(self) -> Words:
        """Return the texts as they were written, also those that are refused."""
        written = {
            part: str(self.data.get(self.add_prefix(part), "")).replace("\r\n", "\n").strip()
            for part in PARTS
        }
        return Words(**written)
