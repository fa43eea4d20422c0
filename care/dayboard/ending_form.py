"""The form that ends a visit without a dose."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.domain.endings import NEEDS_A_NOTE, EndReason
from care.dayboard.ending_words import END_CHOICES

NEW_TIME, CALL, NOTHING = "new_time", "call", "nothing"
_CHOOSE_WHY = _("Velg hva som skjedde.")
_CHOOSE_NEXT = _("Velg hva som skjer videre.")


class EndForm(forms.Form):
    """What happened, in a word or two more, and what comes next."""

    reason = forms.ChoiceField(
        label=_("Hva skjedde?"),
        choices=END_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE_WHY, "invalid_choice": _CHOOSE_WHY},
    )
    note = forms.CharField(
        label=_("Merknad"),
        help_text=_(
            "Bare det en kollega trenger å vite. Den vises på personens side, ikke på tavla."
        ),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages={"max_length": _("Merknaden er for lang. Skriv høyst 500 tegn.")},
    )
    next_step = forms.ChoiceField(
        label=_("Hva skjer videre?"),
        choices=[
            (NEW_TIME, _("Finn ny time nå")),
            (CALL, _("Sett på ringelisten")),
            (NOTHING, _("Ingenting")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE_NEXT, "invalid_choice": _CHOOSE_NEXT},
    )

    def __init__(self, *args: Any, may_come_again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_come_again:
            # A clinician decides first, or the answer is no: there is no time to find.
            del self.fields["next_step"]

    def clean(self) -> dict[str, Any]:
        """Check that "other" says what, and that who does not want it gets no time."""
        cleaned = self.cleaned_data
        reason = cleaned.get("reason")
        says_nothing = "note" in cleaned and not cleaned["note"].strip()
        if reason in list(NEEDS_A_NOTE) and says_nothing:
            self.add_error("note", _("Skriv kort hva som skjedde."))
        if reason == EndReason.CHANGED_MIND and cleaned.get("next_step") == NEW_TIME:
            self.add_error(
                "next_step",
                _("Den som har ombestemt seg, får ikke ny time. Velg noe annet her eller ovenfor."),
            )
        return cleaned

    @property
    def next(self) -> str:
        """What comes next; only after ``is_valid()``."""
        return str(self.cleaned_data.get("next_step", NOTHING))
