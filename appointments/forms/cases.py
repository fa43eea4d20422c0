"""What a person tells a clinician who is to decide: where, who, and what may be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from appointments.forms.checkout import PHONE_WRONG, ContactForm, DetailsForm
from appointments.services.case_path import Place
from clinics.templatetags.oslo_time import day
from eligibility.domain.steps import Step
from patients.domain.contact import InvalidPhoneError, parse_phone
from patients.domain.invisible import without_invisible


@dataclass(frozen=True)
class PlaceLabel:
    """A clinic as a choice, with where it is and when it is open next below."""

    place: Place

    def __str__(self) -> str:
        return self.place.clinic.discreet_name

    @property
    def hint(self) -> str:
        """Where, and when."""
        clinic = self.place.clinic
        address = f"{clinic.street}, {clinic.postal_code} {clinic.city}"
        if self.place.opens_at is None:
            return address
        words = gettext("%(address)s. Åpent neste gang %(day)s.")
        return words % {"address": address, "day": day(self.place.opens_at)}


class PlaceForm(forms.Form):
    """Which clinic is asked; the one that opens soonest is chosen beforehand."""

    choices_as = "cards"

    clinic = forms.ChoiceField(
        label=_("Hvor skal vi sende det?"),
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg hvor du vil sende det")
        ),
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clinic"].choices = [  # type: ignore[attr-defined]
            (place.clinic.slug, PlaceLabel(place)) for place in places
        ]
        self.helper = FormHelper()
        self.helper.add_input(Submit("videre", _("Fortsett")))


class CaseContactForm(ContactForm):
    """How the answer reaches the person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].label = _("Hvor skal vi sende koden og svaret?")


# What each answer is called on the page where it is sent.
FACT_WORDS: MappingProxyType[Step, StrOrPromise] = MappingProxyType(
    {
        Step.EXPOSED_ON: _("når du ble utsatt for smitte"),
        Step.CONTACT: _("hva slags kontakt det var"),
        Step.ALLERGIES: _("allergier"),
        Step.HAD_MPOX: _("om du har hatt sykdommen før"),
        Step.PREVIOUS_DOSES: _("doser du har fått før"),
        Step.MPOX_AFTER_DOSE: _("om du ble syk etter en dose"),
        Step.SMALLPOX_EVIDENCE: _("koppevaksine"),
        Step.IMMUNOSUPPRESSED: _("immunforsvaret ditt"),
        Step.CONTINUING_RISK: _("om du kan bli utsatt for smitte igjen"),
        Step.OCCUPATION: _("arbeid i helsetjenesten eller laboratorium"),
        Step.PREGNANCY: _("om du er gravid eller ammer"),
        Step.SKIN: _("arr og eksem"),
    }
)
GROUP_WORDS: MappingProxyType[Step, StrOrPromise] = MappingProxyType(
    {
        Step.GENDER: _("Kjønnet mitt"),
        Step.SEX_WITH_MEN: _("Om jeg har sex med menn"),
        Step.ON_PREP: _("Om jeg bruker PrEP mot hiv"),
        Step.HIV_POSITIVE: _("Om jeg lever med hiv"),
        Step.SELLS_SEX_TO_MEN: _("Om jeg selger sex"),
        Step.RISK_BEHAVIOURS: _("Svarene om partnere og sexvaner"),
        Step.STI_LAST_24_MONTHS: _("Svarene om syfilis, gonoré og klamydia"),
    }
)
NOTE_LENGTH = 1000


class CallWhen(TextChoices):
    """When the person is best called."""

    ANY = "any", _("Når som helst")
    MORNING = "morning", _("Før klokka 12")
    AFTERNOON = "afternoon", _("Mellom klokka 12 og 16")
    EVENING = "evening", _("Etter klokka 16")


class NoteField(forms.CharField):
    """A few lines of the person's own, without what does not show."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        lines = str(value or "").splitlines()
        return "\n".join(without_invisible(line) for line in lines).strip()


class PhoneField(forms.CharField):
    """A mobile number, as E.164."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return parse_phone(text) if text else ""
        except InvalidPhoneError:
            raise forms.ValidationError(PHONE_WRONG) from None


class CaseDetailsForm(DetailsForm):
    """Who asks, when to call, and what the clinician may see."""

    choices_as = "cards"

    call_phone = PhoneField(
        label=_("Mobilnummer legen kan ringe"),
        help_text=_("Uten nummer får du svar på e-post, og det kan ta lengre tid."),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    call_when = forms.ChoiceField(
        label=_("Når passer det best at vi ringer?"),
        choices=CallWhen.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("Velg når det passer at vi ringer")
        ),
    )
    note = NoteField(
        label=_("Er det noe legen bør vite?"),
        help_text=_(
            "Skriv kort. Ikke skriv hvem du har vært sammen med: det trenger vi ikke å vite."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    answers = forms.MultipleChoiceField(
        label=_("Vil du sende noen av disse svarene også?"),
        help_text=_(
            "Du trenger ikke. Det du ikke krysser av for, blir slettet, og ingen får se det."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Kryss av på nytt for svarene du vil sende"),
            "invalid_list": _("Kryss av på nytt for svarene du vil sende"),
        },
    )

    def __init__(
        self, *args: Any, offered: Sequence[Step], asks_for_phone: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks_for_phone:  # they gave one already
            del self.fields["call_phone"]
        self.fields["call_when"].initial = CallWhen.ANY
        if offered:
            self.fields["answers"].choices = [  # type: ignore[attr-defined]
                (step.value, GROUP_WORDS[step]) for step in offered
            ]
        else:  # exposed people are asked none of them
            del self.fields["answers"]
        self.helper = FormHelper()
        self.helper.add_input(Submit("send", _("Send til legen")))

    def clean_note(self) -> str:
        # Not the field's own limit: a browser would cut off what is pasted, without a word.
        note: str = self.cleaned_data["note"]
        if len(note) > NOTE_LENGTH:
            words = gettext("Teksten er for lang. Skriv høyst %(most)d tegn.")
            raise forms.ValidationError(words % {"most": NOTE_LENGTH})
        return note

    @property
    def ticked(self) -> frozenset[Step]:
        """The questions whose answers are to be sent; only after ``is_valid()``."""
        return frozenset(Step(step) for step in self.cleaned_data.get("answers", []))

    def words_to_the_clinician(self, *, has_declined: bool) -> str:
        """Return the note, below what else the clinician should know, in the words of staff.

        That is where and when to call, and that a question was declined (not which one).
        """
        when, phone = self.cleaned_data["call_when"], self.cleaned_data.get("call_phone", "")
        lines = []
        with translation.override("nb"):
            if phone:
                lines.append(gettext("Telefon: %(phone)s") % {"phone": phone})
            if when != CallWhen.ANY:
                lines.append(gettext("Best å ringe: %(when)s") % {"when": CallWhen(when).label})
            if has_declined:
                lines.append(gettext("Ville ikke svare på alle spørsmålene på nett."))
        return "\n".join([*lines, self.cleaned_data["note"]]).strip()
