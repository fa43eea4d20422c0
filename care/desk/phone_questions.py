"""The questions of the rules, asked by staff on the phone: all on one page, one key an answer.

They are the same questions as at home (``eligibility.forms.questions``). Nothing is chosen
beforehand. What is answered is given to the rules and dropped with the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eligibility.domain.questionnaire import STEPS, next_step
from eligibility.domain.steps import Step, StepValue
from eligibility.forms.answering import DECLINED
from eligibility.forms.questions import QUESTIONS, Day, One, Question, Several, YesNo
from eligibility.forms.told_doses import NOT_A_DATE, ToldDosesForm, WrittenDateField

_NO, _YES = "no", "yes"
_NOT_ASKED = ("", "–")
_DECLINES = (DECLINED, _("Vil ikke svare"))
_NOT_AN_ANSWER = _("Svaret finnes ikke på siden. Velg ett av dem som står her.")
# Without their answers nobody can say yes or no to these.
_READ_OUT = frozenset(
    {Step.OCCUPATION, Step.GENDER}
    | {step for step, question in QUESTIONS.items() if isinstance(question, Several)}
)
NUMBER = "number"  # of doses told of, as in ToldDosesForm


def _in_order() -> tuple[Step, ...]:
    """Each question once, where it stands for people without an earlier dose."""
    steps = [step for step, _matters in STEPS]
    last = {step: index for index, step in enumerate(steps)}
    return tuple(sorted(last, key=last.__getitem__))[1:]


ASKED = _in_order()


@dataclass(frozen=True)
class Told:
    """What was answered: for the rules, and the question that the person would rather not answer.

    ``missing`` is the field of the next question that is left, "" for none.
    """

    given: Mapping[Step, StepValue]
    declined: Step | None
    missing: str


def which(step: Step) -> str:
    """Return the name of the field that says which ones, after a yes to any of them."""
    return f"{step.value}-hva"


def question_fields() -> dict[str, forms.Field]:
    """Return the fields of all questions, in the order in which they are asked."""
    fields: dict[str, forms.Field] = {}
    for step in ASKED:
        if step is Step.PREVIOUS_DOSES:
            fields |= _dose_fields()
            continue
        question = QUESTIONS[step]
        fields[step.value] = _field(question, read_out=step in _READ_OUT)
        if isinstance(question, Several):
            fields[which(step)] = _which_field(question)
    return fields


def told_in(cleaned: Mapping[str, Any], *, born: date, doses: ToldDosesForm) -> Told:
    """Read the answers of a form; those that the rules do not ask for make no difference."""
    given: dict[Step, StepValue] = {Step.DATE_OF_BIRTH: born}
    declined = set()
    for step in ASKED:
        if step is Step.PREVIOUS_DOSES:
            if cleaned.get(NUMBER) and doses.is_valid():
                given[step] = doses.value()
            continue
        raw = cleaned.get(step.value)
        if raw == DECLINED:
            declined.add(step)
        elif raw:
            value = _value(QUESTIONS[step], raw, cleaned.get(which(step)))
            if value is not None:
                given[step] = value
    left = next_step(given)
    if left in declined:
        return Told(given, left, "")
    return Told(given, None, _field_of(left, cleaned) if left else "")


def ask_first(name: str) -> str:
    """Say that a question is left."""
    step = Step.PREVIOUS_DOSES if name == NUMBER else Step(name.removesuffix("-hva"))
    if name == NUMBER:
        return gettext("Spør om personen har fått vaksinen før, og velg svaret.")
    if name.endswith("-hva"):
        return gettext("Kryss av for hva det gjelder: %(question)s") % {
            "question": QUESTIONS[step].ask
        }
    return gettext("Spør, og velg svaret: %(question)s") % {"question": QUESTIONS[step].ask}


def _field_of(step: Step, cleaned: Mapping[str, Any]) -> str:
    if step is Step.PREVIOUS_DOSES:
        return NUMBER
    return which(step) if cleaned.get(step.value) == _YES and which(step) in cleaned else step.value


def _value(question: Question, raw: Any, ticked: Any) -> StepValue | None:
    if isinstance(question, YesNo):
        return bool(raw == _YES)
    if isinstance(question, Several):
        if raw == _NO:
            return frozenset()
        return frozenset(map(question.kind, ticked)) if ticked else None
    if isinstance(question, One):
        return question.kind(raw)
    value: StepValue = raw
    return value


def _field(question: Question, *, read_out: bool) -> forms.Field:
    if isinstance(question, Day):
        return WrittenDateField(
            label=question.ask,
            required=False,
            input_formats=["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d%m%Y", "%Y-%m-%d"],
            widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "off"}),
            error_messages={"invalid": NOT_A_DATE},
        )
    if isinstance(question, One):
        choices = [(value.value, words) for value, words in question.choices]
    else:
        choices = [(_NO, _("Nei")), (_YES, _("Ja"))]
    declines = [_DECLINES] if question.may_decline else []
    if read_out and isinstance(question, One | Several):
        help_text: Any = _Listed(tuple(words for _value, words in question.choices))
    else:
        # Why somebody is asked what they may decline, staff know.
        help_text = "" if question.may_decline else question.help
    return _choice(question.ask, [*choices, *declines], help_text)


@dataclass(frozen=True)
class _Listed:
    """Answers to be read out, in the reader's language."""

    words: tuple[Any, ...]

    def __str__(self) -> str:
        return " · ".join(str(each) for each in self.words)


def _choice(label: Any, choices: list[tuple[Any, Any]], help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[_NOT_ASKED, *choices],
        error_messages={"invalid_choice": _NOT_AN_ANSWER},
    )


def _which_field(question: Several) -> forms.Field:
    return forms.MultipleChoiceField(
        label=_("Hva gjelder det?"),
        required=False,
        choices=[(value.value, words) for value, words in question.choices],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _NOT_AN_ANSWER},
    )


def _dose_fields() -> dict[str, forms.Field]:
    """Return the fields about earlier doses, with the number to be chosen by one key."""
    told = ToldDosesForm(None, told=None, born=date.min, today=date.min)
    number = told.fields[NUMBER]
    fields = {name: field for name, field in told.fields.items() if name != NUMBER}
    choices = list(number.choices)  # type: ignore[attr-defined]
    return {NUMBER: _choice(number.label, choices), **fields}
