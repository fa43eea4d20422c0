"""One form for each question; the form gives the answer as the rules know it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

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
# No answer of the contract: who chooses it is asked nothing more here, and meets a person.
DECLINED = "declined"
_YES, _NO = "yes", "no"
_TOO_OLD = _("Datoen må være etter 1. januar 1900")


@dataclass(frozen=True)
class _Choice:
    """A choice with a second line below it."""

    words: StrOrPromise
    hint: StrOrPromise

    def __str__(self) -> str:
        return str(self.words)


_RATHER_NOT = (DECLINED, _Choice(_("Jeg vil ikke svare"), _("Da snakker du med oss i stedet.")))


class AnswerForm(forms.Form):
    """A question with its one field, ``answer``."""

    legend_is_heading = True
    choices_as = "cards"

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", _("Fortsett")))

    @property
    def is_declined(self) -> bool:
        """Whether the person would rather not answer; only after ``is_valid()``."""
        answer = self.cleaned_data["answer"]
        return answer in (DECLINED, [DECLINED])

    def value(self) -> StepValue:
        """Return the answer; only after ``is_valid()``, and when it is not declined."""
        value: StepValue = self.cleaned_data["answer"]
        return value

    def help_text(self) -> SafeString:
        """Return, one line each, what the question means, why it is asked, and what then is."""
        lines = (line for line in (self.question.help, self.question.fate) if line)
        return format_html_join("", "<p>{}</p>", ((line,) for line in lines))

    def rather_not(self) -> list[tuple[str, Any]]:
        """Return the choice not to answer, where there is one."""
        return [_RATHER_NOT] if self.question.may_decline else []


class YesNoForm(AnswerForm):
    """Yes or no; nothing is chosen beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = forms.ChoiceField(
            label=self.question.ask,
            help_text=self.help_text(),
            choices=[(_YES, _("Ja")), (_NO, _("Nei")), *self.rather_not()],
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
            help_text=self.help_text(),
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
            help_text=self.help_text(),
            choices=[
                *((value.value, words) for value, words in self.question.choices),
                *self.rather_not(),
            ],
            coerce=_or_declined(self.question.kind),
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
            help_text=self.help_text(),
            choices=[*choices, (NONE, self.question.none), *self.rather_not()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": self.question.missing,
                "invalid_choice": self.question.missing,
            },
        )

    def clean_answer(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["answer"]
        if DECLINED in ticked and len(ticked) > 1:
            raise forms.ValidationError(
                _("Du har krysset av for «Jeg vil ikke svare» og for noe annet. Velg én av delene.")
            )
        if NONE in ticked and len(ticked) > 1:
            raise forms.ValidationError(
                _("Du har krysset av både for «nei» og for noe annet. Velg det som stemmer.")
            )
        return ticked

    def value(self) -> StepValue:
        assert isinstance(self.question, Several)
        kind = self.question.kind
        return frozenset(kind(each) for each in self.cleaned_data["answer"] if each != NONE)


def _or_declined(kind: type[StrEnum]) -> Any:
    def coerce(value: str) -> str:
        return value if value == DECLINED else kind(value)

    return coerce


_FORMS: dict[type[Question], type[AnswerForm]] = {
    YesNo: YesNoForm,
    One: OneForm,
    Several: SeveralForm,
}


def form_for(
    step: Step,
    data: Any,
    *,
    given: StepValue | None,
    born: date | None,
    today: date,
    declined: bool = False,
) -> AnswerForm | ToldDosesForm:
    """Return the form of a question, filled in with the answer given before, if any.

    ``declined``: before, the person would rather not answer.
    """
    if step is Step.PREVIOUS_DOSES:
        return ToldDosesForm(data, told=given, born=born or EARLIEST, today=today)
    question = QUESTIONS[step]
    initial = {"answer": _initial(question, given, declined=declined)}
    if isinstance(question, Day):
        not_before = EARLIEST if step is Step.DATE_OF_BIRTH else born or EARLIEST
        return DayForm(data, question=question, initial=initial, today=today, not_before=not_before)
    return _FORMS[type(question)](data, question=question, initial=initial)


def _initial(question: Question, given: StepValue | None, *, declined: bool) -> Any:
    if declined:
        return [DECLINED] if isinstance(question, Several) else DECLINED
    if given is None:
        return None
    if isinstance(given, bool):
        return _YES if given else _NO
    if isinstance(given, frozenset):
        return [each.value for each in given] or [NONE]
    return given
