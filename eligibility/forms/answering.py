"""One form for each question; the form gives the answer as the rules know it."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from eligibility.domain.steps import Step, StepValue
from eligibility.forms.questions import QUESTIONS, Day, One, Question, Several, YesNo
from eligibility.forms.told_doses import (
    DATE_FORMATS,
    EARLIEST,
    NOT_A_DATE,
    ToldDosesForm,
    WrittenDateField,
)

NONE = "none"
_YES, _NO = "yes", "no"
_TOO_OLD = _("Datoen må være etter 1. januar 1900")


class AnswerForm(forms.Form):
    """A question with its one field, ``answer``."""

    legend_is_heading = True
    choices_as = "cards"

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", _("Fortsett")))

    def value(self) -> StepValue:
        """Return the answer; only after ``is_valid()``."""
        value: StepValue = self.cleaned_data["answer"]
        return value


class YesNoForm(AnswerForm):
    """Yes or no; nothing is chosen beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=self.question.ask,
            help_text=self.question.help,
            choices=[(_YES, _("Ja")), (_NO, _("Nei"))],
            widget=forms.RadioSelect,
            error_messages={
                "required": self.question.missing,
                "invalid_choice": self.question.missing,
            },
        )

    def value(self) -> StepValue:
        return bool(self.cleaned_data["answer"] == _YES)


class DayForm(AnswerForm):
    """A date between 1900 and today."""

    def __init__(self, *args: Any, today: date, not_before: date = EARLIEST, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.not_before = today, not_before
        self.fields["answer"] = WrittenDateField(
            label=self.question.ask,
            help_text=self.question.help,
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}),
            error_messages={"required": self.question.missing, "invalid": NOT_A_DATE},
        )

    def clean_answer(self) -> date:
        day: date = self.cleaned_data["answer"]
        if day > self.today:
            assert isinstance(self.question, Day)
            raise forms.ValidationError(str(self.question.future))
        if day < self.not_before:
            raise forms.ValidationError(
                _TOO_OLD
                if self.not_before == EARLIEST
                else _("Datoen må være etter at du ble født")
            )
        return day


class OneForm(AnswerForm):
    """One answer of several."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.question, One)
        self.fields["answer"] = forms.TypedChoiceField(
            label=self.question.ask,
            help_text=self.question.help,
            choices=[(value.value, words) for value, words in self.question.choices],
            coerce=self.question.kind,
            widget=forms.RadioSelect,
            error_messages={
                "required": self.question.missing,
                "invalid_choice": self.question.missing,
            },
        )


class SeveralForm(AnswerForm):
    """Several answers, or expressly none of them: leaving all open is no answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(self.question, Several)
        choices = [(value.value, words) for value, words in self.question.choices]
        self.fields["answer"] = forms.MultipleChoiceField(
            label=self.question.ask,
            help_text=self.question.help,
            choices=[*choices, (NONE, self.question.none)],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": self.question.missing,
                "invalid_choice": self.question.missing,
            },
        )

    def clean_answer(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["answer"]
        if NONE in ticked and len(ticked) > 1:
            raise forms.ValidationError(
                _("Du har krysset av både for «nei» og for noe annet. Velg det som stemmer.")
            )
        return ticked

    def value(self) -> StepValue:
        assert isinstance(self.question, Several)
        kind = self.question.kind
        return frozenset(kind(each) for each in self.cleaned_data["answer"] if each != NONE)


_FORMS: dict[type[Question], type[AnswerForm]] = {
    YesNo: YesNoForm,
    One: OneForm,
    Several: SeveralForm,
}


def form_for(
    step: Step, data: Any, *, given: StepValue | None, born: date | None, today: date
) -> AnswerForm | ToldDosesForm:
    """Return the form of a question, filled in with the answer given before, if any."""
    if step is Step.PREVIOUS_DOSES:
        return ToldDosesForm(data, told=given, born=born or EARLIEST, today=today)
    question = QUESTIONS[step]
    initial = {"answer": _initial(given)}
    if isinstance(question, Day):
        not_before = EARLIEST if step is Step.DATE_OF_BIRTH else born or EARLIEST
        return DayForm(data, question=question, initial=initial, today=today, not_before=not_before)
    return _FORMS[type(question)](data, question=question, initial=initial)


def _initial(given: StepValue | None) -> Any:
    if given is None:
        return None
    if isinstance(given, bool):
        return _YES if given else _NO
    if isinstance(given, frozenset):
        return [each.value for each in given] or [NONE]
    return given
