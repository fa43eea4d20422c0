"""The form with which an administrator puts a rule set in force."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.domain import Actor
from eligibility.domain.rules import UnknownRuleSetError, rule_sets
from eligibility.services.rule_sets import (
    AlreadyInForceError,
    DayTakenError,
    InThePastError,
    NotValidYetError,
    next_revision,
    put_in_force,
)

# Which field a refusal belongs to, and what to do about it.
REFUSALS: dict[type[Exception], tuple[str, Promise]] = {
    UnknownRuleSetError: ("rule_set", _("Velg et av regelsettene i listen.")),
    InThePastError: ("from_date", _("Velg i dag eller en senere dag.")),
    NotValidYetError: (
        "from_date",
        _("Regelsettet gjelder ikke så tidlig. Velg en senere dag, eller et annet regelsett."),
    ),
    DayTakenError: (
        "from_date",
        _(
            "Et regelsett settes allerede i kraft denne dagen. Velg en annen dag, eller trekk det "
            "andre tilbake først."
        ),
    ),
    AlreadyInForceError: (
        "rule_set",
        _(
            "Dette regelsettet gjelder allerede denne dagen. Velg et annet regelsett eller en "
            "annen dag."
        ),
    ),
}


class PutInForceForm(forms.Form):
    """A rule set of the code and the day from which it is to decide, for all clinics."""

    rule_set = forms.ChoiceField(
        label=_("Regelsett"),
        error_messages={
            "required": _("Velg et regelsett."),
            "invalid_choice": _("Velg et av regelsettene i listen."),
        },
    )
    from_date = forms.DateField(
        label=_("Fra og med"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Regelsettet gjelder til et annet settes i kraft."),
        error_messages={
            "required": _("Velg dagen regelsettet skal gjelde fra."),
            "invalid": _("Skriv en dato, for eksempel 2027-03-01."),
        },
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["rule_set"].choices = [  # type: ignore[attr-defined]
            (one.name, f"{one.name} ({one.source})") for one in reversed(rule_sets())
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse at once what the service would refuse."""
        entered: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                next_revision(**entered, now=self.now)
            except tuple(REFUSALS) as error:
                self._refuse(error)
        return entered

    def perform(self, *, by: Actor) -> bool:
        """Put it in force; False when a colleague was quicker, with the error added."""
        try:
            put_in_force(**self.cleaned_data, by=by, now=self.now)
        except tuple(REFUSALS) as error:
            self._refuse(error)
        return not self.errors

    def _refuse(self, error: Exception) -> None:
        field, words = REFUSALS[type(error)]
        self.add_error(field, str(words))
