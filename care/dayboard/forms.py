"""The forms of the board: the day's questions and the dose."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from care.dayboard.vials import VialShown
from clinics.templatetags.oslo_time import clock, day_and_year
from eligibility.domain.answers import Allergy, DayAnswers, Immunosuppressed
from eligibility.domain.decision import Flag
from eligibility.domain.papers import Papers, ToldDose
from patients.domain.invisible import without_invisible
from vaccinations.models import Dose

# What is asked of everybody, in the order a nurse asks it. Names are those of DayAnswers.
QUESTIONS: dict[str, str | Promise] = {
    "fever_over_38": _("Har du en infeksjon med feber over 38 °C?"),
    "mpox_symptoms": _("Har du symptomer på mpox, som utslett, blemmer eller sår?"),
    "had_mpox": _("Har du hatt mpox?"),
    "pregnant": _("Er du gravid?"),
    "breastfeeding": _("Ammer du?"),
    "keloid_tendency": _("Får du lett kraftige arr (keloid)?"),
    "atopic_eczema": _("Har du atopisk eksem?"),
}
# Asked only of those who have had a dose.
AFTER_A_DOSE: dict[str, str | Promise] = {
    "mpox_after_dose": _("Fikk du påvist mpox etter forrige dose?"),
    "local_reaction_persists": _("Har du fortsatt en kraftig reaksjon der du fikk forrige dose?"),
}
ALLERGIES: dict[str, str | Promise] = {
    Allergy.VACCINE_INGREDIENT: _("noe i vaksinen"),
    Allergy.CHICKEN_PROTEIN: _("kyllingprotein"),
    Allergy.BENZONASE: _("benzonase"),
    Allergy.GENTAMICIN: _("gentamicin"),
    Allergy.CIPROFLOXACIN: _("ciprofloksacin"),
    Allergy.OTHER: _("noe annet"),
}


@dataclass(frozen=True)
class Choice:
    """A choice's label with a second line."""

    words: str
    hint: str

    def __str__(self) -> str:
        return self.words


# Where on the form it is asked what was noted before.
_NOTED: dict[Flag, tuple[str, str]] = {
    Flag.PREGNANT: ("yes", "pregnant"),
    Flag.BREASTFEEDING: ("yes", "breastfeeding"),
    Flag.KELOID_TENDENCY: ("yes", "keloid_tendency"),
    Flag.ATOPIC_ECZEMA: ("yes", "atopic_eczema"),
    Flag.IMMUNOSUPPRESSED: ("immunosuppressed", Immunosuppressed.YES.value),
    Flag.OTHER_ALLERGY: ("allergies", Allergy.OTHER),
}

# What is not on the page cannot be an answer: the browser holds an old one, or it was changed.
NOT_AN_ANSWER = _("Svaret finnes ikke på siden. Spør på nytt, og kryss av.")


class RescreenForm(forms.Form):
    """The questions of the day. Nothing is ticked beforehand, and no answer is read from silence.

    One button says that everything was asked and denied; the other that what is ticked is yes and
    the rest, which was asked too, is no.
    """

    ALL_NO, AS_TICKED = "all_no", "as_ticked"

    yes = forms.MultipleChoiceField(
        label=_("Kryss av for det personen svarer ja på"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": NOT_AN_ANSWER},
    )
    immunosuppressed = forms.ChoiceField(
        label=_("Har du sykdom eller bruker du medisin som gir immunsvikt?"),
        widget=forms.RadioSelect,
        choices=[
            (Immunosuppressed.NO.value, _("Nei")),
            (Immunosuppressed.YES.value, _("Ja")),
            (Immunosuppressed.UNSURE.value, _("Usikker")),
        ],
        required=False,
        error_messages={"invalid_choice": NOT_AN_ANSWER},
    )
    allergies = forms.MultipleChoiceField(
        label=_("Er du allergisk mot noe av dette?"),
        widget=forms.CheckboxSelectMultiple,
        choices=list(ALLERGIES.items()),
        required=False,
        error_messages={"invalid_choice": NOT_AN_ANSWER},
    )

    def __init__(
        self,
        *args: Any,
        has_earlier_dose: bool,
        to_confirm: Iterable[tuple[int, ToldDose]] = (),
        ours: bool = False,
        noted: Collection[Flag] = (),
        **kwargs: Any,
    ) -> None:
        """Ask for the papers of each dose in ``to_confirm``; ``ours``: some were given here.

        ``noted`` is what was said yes to before: it stands beside the question, and is not ticked.
        """
        super().__init__(*args, **kwargs)
        asked = {**QUESTIONS, **(AFTER_A_DOSE if has_earlier_dose else {})}
        self.fields["yes"].choices = list(asked.items())  # type: ignore[attr-defined]
        before = {_NOTED[flag] for flag in noted if flag in _NOTED}
        for field in ("yes", "immunosuppressed", "allergies"):
            self.fields[field].choices = [  # type: ignore[attr-defined]
                (value, Choice(str(words), gettext("Ja ved bestilling")))
                if (field, value) in before
                else (value, words)
                for value, words in self.fields[field].choices  # type: ignore[attr-defined]
            ]
        self._papers = {place: f"papers_{place}" for place, _told in to_confirm}
        for place, told in to_confirm:
            self.fields[self._papers[place]] = _papers_field(told, ours=ours)

    @property
    def paper_fields(self) -> list[forms.BoundField]:
        """The questions about papers, one for each dose that the person told of."""
        return [self[name] for name in self._papers.values()]

    @property
    def papers(self) -> dict[int, Papers]:
        """What was found about each told dose, by its place; only of a valid form."""
        return {place: Papers(self.cleaned_data[name]) for place, name in self._papers.items()}

    def clean(self) -> dict[str, Any]:
        """Refuse a button that does not fit what is ticked."""
        cleaned = self.cleaned_data
        ticked = bool(
            cleaned.get("yes")
            or cleaned.get("allergies")
            or cleaned.get("immunosuppressed") not in {"", None, Immunosuppressed.NO.value}
        )
        button = self.data.get("asked")
        if self.errors:  # each field has said what is wrong with it
            return cleaned
        if button == self.ALL_NO and ticked:
            raise forms.ValidationError(
                _("Du har krysset av for noe. Lagre svarene, eller fjern kryssene først.")
            )
        if button == self.AS_TICKED and not ticked:
            raise forms.ValidationError(
                _("Kryss av for det personen svarer ja på, eller velg «Spurt om alt: nei på alt».")
            )
        if button not in {self.ALL_NO, self.AS_TICKED}:
            raise forms.ValidationError(_("Still spørsmålene, og velg en av knappene."))
        return cleaned

    def answers(self, *, date_of_birth: date) -> DayAnswers:
        """Return the answers of a valid form; the birth date is that of the ID that was seen."""
        yes = set(self.cleaned_data["yes"])
        asked = {name: name in yes for name in (*QUESTIONS, *AFTER_A_DOSE)}
        return DayAnswers(
            date_of_birth=date_of_birth,
            immunosuppressed=Immunosuppressed(
                self.cleaned_data["immunosuppressed"] or Immunosuppressed.NO
            ),
            allergies=frozenset(map(Allergy, self.cleaned_data["allergies"])),
            **asked,
        )


def _papers_field(told: ToldDose, *, ours: bool) -> forms.ChoiceField:
    where = _("i utlandet") if told.dose.abroad else _("i Norge, men ikke hos oss")
    label = gettext("Dose %(day)s, %(where)s: Hva viser at den er gitt?") % {
        "day": day_and_year(told.dose.given_on),
        "where": where,
    }
    choose = _("Velg hva du har sett om dosen %(day)s") % {"day": day_and_year(told.dose.given_on)}
    choices = [
        (Papers.SEEN.value, _("Papirer eller SYSVAK er sett")),
        (Papers.NONE.value, _("Ingen papirer")),
    ]
    if ours:
        choices.append((Papers.OURS.value, _("Det er dosen vi ga")))
    return forms.ChoiceField(
        label=label,
        widget=forms.RadioSelect,
        choices=choices,
        error_messages=dict.fromkeys(["required", "invalid_choice"], choose),
    )


class LenientChoiceField(forms.ChoiceField):
    """A choice that may be gone when it is posted: the service says why it is refused."""

    def valid_value(self, _value: Any) -> bool:
        """Accept any value."""
        return True


class GiveForm(forms.Form):
    """The dose: which vial and which arm. Route and volume are the plan's, unless told why not."""

    choices_as = "cards"
    marks_optional = False

    decision = forms.UUIDField(widget=forms.HiddenInput)
    vial = LenientChoiceField(
        label=_("Hetteglass"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Velg hetteglass")},
    )
    site = forms.ChoiceField(
        label=_("Hvor settes dosen?"),
        widget=forms.RadioSelect,
        choices=[(site, capfirst(words)) for site, words in Dose.Site.choices],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Velg hvor dosen settes")),
    )
    route = forms.ChoiceField(
        label=_("Hvordan gis dosen?"),
        widget=forms.RadioSelect,
        choices=[
            (Dose.Route.INTRADERMAL.value, _("Som planlagt: i huden, 0,1 ml")),
            (Dose.Route.SUBCUTANEOUS.value, _("Under huden, 0,5 ml. Det tar et helt, urørt glass")),
        ],
        required=False,
        error_messages={"invalid_choice": _("Velg hvordan dosen gis")},
    )
    reason = forms.CharField(
        label=_("Hvorfor gis den på en annen måte?"),
        help_text=_("Må fylles ut når dosen ikke gis som planlagt."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
        error_messages={"max_length": _("Skriv kortere, høyst 1000 tegn")},
    )

    def __init__(
        self, *args: Any, vials: Iterable[VialShown], off_plan: bool = True, **kwargs: Any
    ) -> None:
        """Without ``off_plan`` the dose has one way only, and no other is asked for."""
        super().__init__(*args, **kwargs)
        field = self.fields["vial"]
        field.choices = [(str(v.vial.pk), vial_choice(v)) for v in vials]  # type: ignore[attr-defined]
        first = field.choices[0][0] if field.choices else None  # type: ignore[attr-defined]
        self.initial.setdefault("vial", first)
        self.initial.setdefault("route", Dose.Route.INTRADERMAL.value)
        if not off_plan:
            del self.fields["route"], self.fields["reason"]

    @property
    def planned_fields(self) -> list[forms.BoundField]:
        """What is asked for every dose."""
        return [self["decision"], self["vial"], self["site"]]

    @property
    def off_plan_open(self) -> bool:
        """Whether something stands under "another way": it is not folded then."""
        return (
            self.is_bound
            and "route" in self.fields
            and (
                bool(self["reason"].value())
                or self["route"].value() == Dose.Route.SUBCUTANEOUS
                or bool(self["route"].errors or self["reason"].errors)
            )
        )

    def clean(self) -> dict[str, Any]:
        """Want another way and its reason together."""
        cleaned = self.cleaned_data
        if "route" not in self.fields or "route" in self.errors or "reason" in self.errors:
            return cleaned
        other = cleaned.get("route") == Dose.Route.SUBCUTANEOUS
        if other and not without_invisible(cleaned["reason"]).strip():
            self.add_error("reason", _("Skriv hvorfor dosen gis på en annen måte enn planlagt"))
        elif cleaned["reason"] and not other:
            self.add_error(
                "route",
                _("Du har skrevet en grunn. Velg måten dosen gis på, eller fjern grunnen"),
            )
        return cleaned

    def clean_vial(self) -> UUID:
        """Return the vial's key; what is no key is no vial."""
        try:
            return UUID(self.cleaned_data["vial"])
        except ValueError:
            raise forms.ValidationError(_("Velg hetteglass")) from None


def vial_choice(shown: VialShown) -> Choice:
    """Name an open vial, with what is left, until when, and its lot."""
    vial = shown.vial
    return Choice(
        words=gettext("Hetteglass %(letter)s") % {"letter": vial.letter},
        hint=ngettext(
            "%(doses)s dose igjen, brukes før %(time)s, lot %(lot)s",
            "%(doses)s doser igjen, brukes før %(time)s, lot %(lot)s",
            shown.doses_left,
        )
        % {"doses": shown.doses_left, "time": clock(vial.use_before), "lot": vial.lot.number},
    )
