"""The words of each question: what is asked, why, and what can be answered."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from eligibility.domain.answers import (
    Allergy,
    Contact,
    Gender,
    Immunosuppressed,
    Occupation,
    RiskBehaviour,
    SmallpoxEvidence,
    Sti,
)
from eligibility.domain.steps import Pregnancy, Skin, Step


@dataclass(frozen=True)
class Question:
    """A question and its help. The help says why it is asked where that is not plain.

    ``fate`` is what happens with the answer. ``may_decline``: "I would rather not say" is an
    answer too, and leads to a person.
    """

    ask: StrOrPromise
    help: StrOrPromise = ""
    missing: StrOrPromise = ""
    fate: StrOrPromise = ""
    may_decline: bool = False


@dataclass(frozen=True)
class YesNo(Question):
    """A question with yes or no."""


@dataclass(frozen=True)
class Day(Question):
    """A question for a date that is not in the future."""

    future: StrOrPromise = ""


@dataclass(frozen=True)
class One(Question):
    """A question with one answer of several."""

    kind: type[StrEnum] = StrEnum
    choices: tuple[tuple[StrEnum, StrOrPromise], ...] = ()


@dataclass(frozen=True)
class Several(Question):
    """A question where several answers, or expressly none of them, can be ticked."""

    kind: type[StrEnum] = StrEnum
    choices: tuple[tuple[StrEnum, StrOrPromise], ...] = ()
    none: StrOrPromise = ""


# Decided on, then dropped (clinical-rules.md, "What is kept").
_DROPPED = _("Svaret brukes bare til å avgjøre hva du får tilbud om. Så blir det slettet.")
_TOLD_TO_THE_NURSE = _("Bestiller du time, får sykepleieren vite det.")

QUESTIONS: MappingProxyType[Step, Question] = MappingProxyType(
    {
        Step.DATE_OF_BIRTH: Day(
            _("Når er du født?"),
            _("Skriv dag, måned og år, for eksempel 14.03.1991. Alderen har noe å si for dosene."),
            missing=_("Skriv fødselsdatoen din"),
            future=_("Fødselsdatoen kan ikke være fram i tid"),
        ),
        Step.SYMPTOMS: YesNo(
            _("Har du nå utslett, blemmer eller sår som kan være mpox?"),
            _("De kan sitte ved kjønnsorganene, endetarmen, munnen eller andre steder på kroppen."),
            missing=_("Svar ja eller nei på om du har utslett, blemmer eller sår"),
        ),
        Step.EXPOSED: YesNo(
            _("Har du vært nær noen som har fått påvist mpox?"),
            _("For eksempel sex, hudkontakt eller samme husstand. Vi spør aldri hvem det var."),
            missing=_("Svar ja eller nei på om du har vært nær noen som er syk"),
        ),
        Step.EXPOSED_ON: Day(
            _("Når var dere nær hverandre sist?"),
            _("Skriv dag, måned og år. Hvor lenge det er siden, avgjør hva legen kan tilby."),
            missing=_("Skriv datoen dere sist var nær hverandre"),
            future=_("Datoen kan ikke være fram i tid"),
        ),
        Step.CONTACT: One(
            _("Hva slags kontakt var det?"),
            _("Vi lagrer ikke hva slags kontakt det var, bare om den gjør smitte sannsynlig."),
            missing=_("Velg hva slags kontakt det var"),
            kind=Contact,
            choices=(
                (Contact.SEXUAL, _("Sex eller annen nær hudkontakt")),
                (Contact.HOUSEHOLD, _("Vi bor sammen")),
                (Contact.OTHER, _("Noe annet")),
            ),
        ),
        Step.ALLERGIES: Several(
            _("Har du noen av disse allergiene?"),
            _("Vaksinen kan inneholde spor av noen av stoffene."),
            missing=_("Kryss av for allergiene dine, eller for ingen"),
            kind=Allergy,
            choices=(
                (Allergy.VACCINE_INGREDIENT, _("Et stoff i denne vaksinen")),
                (Allergy.CHICKEN_PROTEIN, _("Kyllingprotein")),
                (Allergy.BENZONASE, _("Benzonase")),
                (Allergy.GENTAMICIN, _("Gentamicin (antibiotikum)")),
                (Allergy.CIPROFLOXACIN, _("Ciprofloksacin (antibiotikum)")),
                (Allergy.OTHER, _("En annen allergi")),
            ),
            none=_("Nei, ingen allergier"),
        ),
        Step.HAD_MPOX: YesNo(
            _("Har du hatt mpox før?"),
            missing=_("Svar ja eller nei på om du har hatt mpox før"),
        ),
        Step.MPOX_AFTER_DOSE: YesNo(
            _("Har du fått påvist mpox etter at du fikk vaksinen?"),
            missing=_("Svar ja eller nei på om du har fått påvist mpox etter vaksinen"),
        ),
        Step.SMALLPOX_EVIDENCE: One(
            _("Er du vaksinert mot kopper?"),
            _("Kopper er en annen sykdom. I Norge ble mange som er født før 1976, vaksinert."),
            missing=_("Velg det som passer best om koppevaksinen"),
            kind=SmallpoxEvidence,
            choices=(
                (SmallpoxEvidence.NONE, _("Nei, eller jeg vet ikke")),
                (SmallpoxEvidence.SCAR, _("Ja, jeg har et synlig arr etter den")),
                (SmallpoxEvidence.ORAL, _("Ja, det har jeg fått vite av noen som husker det")),
                (SmallpoxEvidence.WRITTEN, _("Ja, og jeg har det skriftlig")),
            ),
        ),
        Step.IMMUNOSUPPRESSED: One(
            _("Har du svekket immunforsvar?"),
            _("Av en sykdom eller av medisiner. Hiv alene betyr ikke at du har det."),
            missing=_("Velg om du har svekket immunforsvar"),
            fate=_TOLD_TO_THE_NURSE,
            kind=Immunosuppressed,
            choices=(
                (Immunosuppressed.NO, _("Nei")),
                (Immunosuppressed.YES, _("Ja")),
                (Immunosuppressed.UNSURE, _("Jeg er usikker")),
            ),
        ),
        Step.CONTINUING_RISK: YesNo(
            _("Kan du bli utsatt for smitte igjen framover?"),
            _("Det avgjør om du trenger en dose til."),
            missing=_("Svar ja eller nei på om du kan bli utsatt for smitte igjen"),
        ),
        Step.OCCUPATION: One(
            _("Jobber du med noe av dette?"),
            _("Noen som blir utsatt for smitte på jobb, får tilbud."),
            missing=_("Velg det som passer med jobben din"),
            kind=Occupation,
            choices=(
                (Occupation.NONE, _("Nei")),
                (
                    Occupation.EXPOSED_HEALTH_WORKER,
                    _("Helsearbeider som er særlig utsatt, som på teststasjon eller sengepost"),
                ),
                (Occupation.LIVE_VIRUS_LAB, _("Laboratorium med levende apekoppevirus")),
                (Occupation.OTHER_HEALTH_WORKER, _("Annet arbeid i helsetjenesten")),
            ),
        ),
        Step.GENDER: One(
            _("Hva passer best for deg?"),
            _("Vi spør fordi tilbudet gjelder noen grupper og ikke andre."),
            missing=_("Velg det som passer best"),
            fate=_DROPPED,
            may_decline=True,
            kind=Gender,
            choices=(
                (Gender.MAN, _("Mann")),
                (Gender.WOMAN, _("Kvinne")),
                (Gender.TRANS, _("Transperson")),
                (Gender.OTHER, _("Noe annet")),
            ),
        ),
        Step.SEX_WITH_MEN: YesNo(
            _("Har du sex med menn?"),
            _("Vi spør fordi rådene gjelder menn og transpersoner som har sex med menn."),
            missing=_("Svar ja eller nei på om du har sex med menn"),
            fate=_DROPPED,
            may_decline=True,
        ),
        Step.ON_PREP: YesNo(
            _("Bruker du PrEP mot hiv?"),
            _("Vi spør fordi de som bruker PrEP, får tilbudet der de følges opp."),
            missing=_("Svar ja eller nei på om du bruker PrEP"),
            fate=_DROPPED,
            may_decline=True,
        ),
        Step.HIV_POSITIVE: YesNo(
            _("Lever du med hiv?"),
            _("Vi spør fordi de som lever med hiv, får tilbudet der de følges opp."),
            missing=_("Svar ja eller nei på om du lever med hiv"),
            fate=_DROPPED,
            may_decline=True,
        ),
        Step.SELLS_SEX_TO_MEN: YesNo(
            _("Selger du sex til menn?"),
            _("Vi spør fordi de som selger sex til menn, er blant dem som får tilbud først."),
            missing=_("Svar ja eller nei på om du selger sex til menn"),
            fate=_DROPPED,
            may_decline=True,
        ),
        Step.RISK_BEHAVIOURS: Several(
            _("Passer noe av dette for deg?"),
            _(
                "Vi spør fordi tilbudet gjelder dem som lettest blir utsatt for smitte. "
                "Én ting er nok, og ingen ber om bevis."
            ),
            missing=_("Kryss av for det som passer, eller for ingen av dem"),
            fate=_DROPPED,
            may_decline=True,
            kind=RiskBehaviour,
            choices=(
                (RiskBehaviour.NEW_OR_MULTIPLE_PARTNERS, _("Nye eller flere partnere")),
                (RiskBehaviour.FREQUENT_PARTNER_CHANGE, _("Skifter partner ofte")),
                (RiskBehaviour.CASUAL_SEX, _("Tilfeldig sex")),
                (RiskBehaviour.GROUP_SEX, _("Gruppesex")),
                (RiskBehaviour.CHEMSEX, _("Chemsex")),
            ),
            none=_("Nei, ingen av dem"),
        ),
        Step.STI_LAST_24_MONTHS: Several(
            _("Har du hatt noe av dette de siste to årene?"),
            _("Vi spør fordi det avgjør hvilken gruppe du er i. Du trenger ikke vise prøvesvar."),
            missing=_("Kryss av for det du har hatt, eller for ingen av dem"),
            fate=_DROPPED,
            may_decline=True,
            kind=Sti,
            choices=(
                (Sti.SYPHILIS, _("Syfilis")),
                (Sti.GONORRHOEA, _("Gonoré")),
                (Sti.CHLAMYDIA, _("Klamydia")),
            ),
            none=_("Nei, ingen av dem"),
        ),
        Step.PREGNANCY: Several(
            _("Er du gravid, eller ammer du?"),
            _("Vi spør alle. Er du gravid, ser en lege på saken først."),
            missing=_("Kryss av for gravid eller ammer, eller for ingen av delene"),
            fate=_TOLD_TO_THE_NURSE,
            kind=Pregnancy,
            choices=(
                (Pregnancy.PREGNANT, _("Jeg er gravid")),
                (Pregnancy.BREASTFEEDING, _("Jeg ammer")),
            ),
            none=_("Nei, ingen av delene"),
        ),
        Step.SKIN: Several(
            _("Har du noe av dette?"),
            _("Det avgjør hvordan vaksinen settes."),
            missing=_("Kryss av for det du har, eller for ingen av delene"),
            fate=_TOLD_TO_THE_NURSE,
            kind=Skin,
            choices=(
                (Skin.KELOID_TENDENCY, _("Lett for å få store, hevede arr (keloid)")),
                (Skin.ATOPIC_ECZEMA, _("Atopisk eksem")),
            ),
            none=_("Nei, ingen av delene"),
        ),
    }
)
