"""A reaction as staff see it, the list of a clinic's, and the text for melde.no (R42, R43)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.formats import localize
from django.utils.translation import gettext as _

from care.desk.reaction_words import (
    KINDS,
    REPORTED,
    STEPS,
    Words,
    outcome_in_words,
    seriousness_in_words,
)
from clinics.models import Clinic
from clinics.templatetags.oslo_time import clock, day_and_year, numeric_day
from patients.models import Patient
from vaccinations.domain.reactions import Kind, Outcome, Seriousness, Step
from vaccinations.models import Dose, Reaction, ReactionEntry
from vaccinations.selectors import as_corrected


@dataclass(frozen=True)
class Line:
    """A line of what was done."""

    entry: ReactionEntry
    words: Words


@dataclass(frozen=True)
class ReactionShown:
    """A reaction with its dose and what was done. ``minutes`` since it began."""

    reaction: Reaction
    lines: tuple[Line, ...]
    replaced_by: Reaction | None
    minutes: int

    @property
    def patient(self) -> Patient:
        """Who it happened to, by the row that is kept: its number is the person's."""
        return self.reaction.patient.kept

    @cached_property
    def dose(self) -> Dose:
        """The dose before it, as it stands on record now: that may have been corrected since."""
        return as_corrected(self.reaction.dose)

    @property
    def clinic(self) -> Clinic:
        return self.reaction.dose.vial.clinic

    @property
    def goes_on(self) -> bool:
        """Whether the sheet is open."""
        return self.reaction.ended_at is None

    @property
    def only_begun(self) -> bool:
        """Whether nobody has written in the sheet yet."""
        return self.goes_on and all(line.entry.step == Step.STARTED for line in self.lines)

    @property
    def is_mistake(self) -> bool:
        """Whether the sheet was opened by mistake."""
        return self.reaction.outcome == Outcome.MISTAKE

    @property
    def to_report(self) -> bool:
        """Whether nobody has said yet if it is reported."""
        return is_unreported(self.reaction, replaced=self.replaced_by is not None)

    @property
    def kind(self) -> Words:
        return KINDS[self.reaction.kind]

    @property
    def seriousness(self) -> list[Words]:
        return seriousness_in_words(self.reaction.seriousness)

    @property
    def outcome(self) -> Words:
        return outcome_in_words(self.reaction.outcome)

    @property
    def reported(self) -> Words:
        return REPORTED.get(self.reaction.reported_through, "")

    @property
    def began(self) -> str:
        """When it began, with the time of day where it is known."""
        return _moment(self.reaction.onset_at, has_time=self.reaction.onset_has_time)


def reaction_shown(reaction_id: UUID, *, now: datetime) -> ReactionShown | None:
    """Read a reaction; two queries."""
    reaction = (
        Reaction.objects.filter(pk=reaction_id)
        .select_related(
            *(
                "patient__merged_into",
                "dose__vial__clinic",
                "dose__lot__product",
                "recorded_by",
                "ended_by",
            ),
            *("reported_by", "replaces", "replaced_by"),
        )
        .first()
    )
    if reaction is None:
        return None
    entries = reaction.entries.select_related("by").order_by("at", "pk")
    return ReactionShown(
        reaction=reaction,
        lines=tuple(Line(entry, STEPS[entry.step]) for entry in entries),
        replaced_by=getattr(reaction, "replaced_by", None),
        minutes=max(0, int((now - reaction.onset_at).total_seconds() // 60)),
    )


def is_unreported(reaction: Reaction, *, replaced: bool) -> bool:
    """Tell whether somebody still has to say if a reaction is reported."""
    return (
        reaction.ended_at is not None
        and not replaced
        and reaction.reported_at is None
        and reaction.outcome != Outcome.MISTAKE
    )


def reactions_at(clinic_id: int) -> QuerySet[Reaction]:
    """Select a clinic's reactions in force: those that go on, those not reported, the others."""
    order = Case(
        When(ended_at=None, then=Value(0)),
        When(Q(reported_at=None) & ~Q(outcome=Outcome.MISTAKE), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    not_serious = Case(
        When(seriousness__contains=[Seriousness.NOT_SERIOUS.value], then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )
    return (
        Reaction.objects.filter(dose__vial__clinic_id=clinic_id, replaced_by=None)
        .select_related("patient__merged_into", "dose", "recorded_by")
        .annotate(place=order, mild=not_serious)
        .order_by("place", "mild", "-onset_at", "pk")
    )


def unreported_at(clinic_ids: list[int]) -> QuerySet[Reaction]:
    """Select the reactions of clinics of which nobody has said if they are reported."""
    return Reaction.objects.filter(
        dose__vial__clinic_id__in=clinic_ids,
        replaced_by=None,
        ended_at__isnull=False,
        reported_at=None,
    ).exclude(outcome=Outcome.MISTAKE)


def for_melde_no(shown: ReactionShown, *, reporter: str) -> list[tuple[str, str]]:
    """Return what the reporting form is told, as pairs of field and text.

    The priority group and the indication are never among it.
    """
    reaction, dose, patient, clinic = shown.reaction, shown.dose, shown.patient, shown.clinic
    done = "; ".join(
        f"{clock(line.entry.at)} {line.words}{': ' + line.entry.text if line.entry.text else ''}"
        for line in shown.lines
        if line.entry.step != Step.STARTED
    )
    treatment = "; ".join(part for part in (reaction.treatment, done) if part)
    volume = localize(dose.volume_ml.normalize())
    where = f"{clinic.postal_code} {clinic.city}"
    what = str(shown.kind)
    if reaction.kind == Kind.FAILURE:
        what += ". " + _("Antall doser før dette: %(number)d") % {"number": dose.dose_number}
    return [
        (_("Melder"), f"{reporter}, {clinic.name}, {clinic.street}, {where}"),
        (_("Telefon"), clinic.phone),
        (_("Pasient"), patient.name),
        (_("Født"), numeric_day(patient.birth_date)),
        (_("Fødselsnummer eller D-nummer"), _number_of(patient)),
        (_("Vaksine"), dose.lot.product.name),
        (_("Lot"), dose.lot_number),
        (_("Dose nummer"), str(dose.dose_number)),
        (_("Gitt"), _moment(dose.given_at, has_time=True)),
        (_("Hvordan"), f"{dose.get_route_display()}, {volume} ml, {dose.get_site_display()}"),
        (_("Hva"), what),
        (_("Begynte"), shown.began),
        (_("Hva som skjedde"), reaction.description),
        (_("Behandling"), treatment),
        (_("Alvorlig"), ", ".join(map(str, shown.seriousness))),
        (_("Utfall"), str(shown.outcome)),
    ]


def _number_of(patient: Patient) -> str:
    if patient.id_kind in {Patient.IdKind.NATIONAL, Patient.IdKind.D_NUMBER}:
        return str(patient.id_number)
    return ""


def _moment(at: datetime, *, has_time: bool) -> str:
    if not has_time:
        return day_and_year(at)
    return _("%(day)s kl. %(clock)s") % {"day": day_and_year(at), "clock": clock(at)}
