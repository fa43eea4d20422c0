"""The forms of a person's record: a note, a merge, and taking a merge back."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from care.desk.record_words import MERGE_REASONS, UNDO_REASONS
from patients.domain.invisible import without_invisible
from patients.services.notes import LONGEST_NOTE

_CHOOSE_WHY = dict.fromkeys(["required", "invalid_choice"], _("Velg hvorfor"))


class NoteForm(forms.Form):
    """A note to colleagues."""

    text = forms.CharField(
        label=_("Nytt notat"),
        help_text=_(
            "Det kolleger her trenger å vite neste gang, høyst 500 tegn. Skriv ikke svar på "
            "spørsmålene om helse og sex: De er slettet med vilje."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
        error_messages={"required": _("Skriv notatet først.")},
    )

    def clean_text(self) -> str:
        """Return what is written, if it is something and not too much."""
        text = without_invisible(self.cleaned_data["text"]).strip()
        if not text:
            raise forms.ValidationError(_("Skriv notatet først."))
        if len(text) > LONGEST_NOTE:
            words = _("Notatet er for langt: %(length)s tegn. Skriv høyst %(most)s.")
            raise forms.ValidationError(words % {"length": len(text), "most": LONGEST_NOTE})
        return text


class _WhyForm(forms.Form):
    """A reason, for the log: a code, so that nothing is written there about a person."""

    submit: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", self.submit))


class MergeForm(_WhyForm):
    """Why two rows are one person."""

    submit = _("Slå sammen")
    reason = forms.ChoiceField(
        label=_("Hvordan vet du at det er samme person?"),
        choices=list(MERGE_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE_WHY,
    )


class UndoMergeForm(_WhyForm):
    """Why two rows are two people after all."""

    submit = _("Skill dem igjen")
    reason = forms.ChoiceField(
        label=_("Hvorfor?"),
        choices=list(UNDO_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE_WHY,
    )
