"""What is always true of reactions after doses, and of what the register was told."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from clinics.domain.calendar import OSLO
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows
from vaccinations.domain.reactions import Kind, Outcome, Step, Through
from vaccinations.domain.registry import ReportKind
from vaccinations.models import Reaction, ReactionEntry, RegistryReport

INVARIANTS = Invariants()


@INVARIANTS.add("reaction.words", "The words of reactions and of their lines are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    known = Q(
        kind__in=list(Kind),
        outcome__in=["", *Outcome],
        reported_through__in=["", *Through],
    )
    yield from rows(Reaction.objects.exclude(known), "kind, outcome or report is not known")
    strange = ReactionEntry.objects.exclude(step__in=list(Step))
    yield from rows(strange, "the step is not known")


@INVARIANTS.add("reaction.patient", "A reaction is of the person who got the dose")
def find_reactions_of_others(now: datetime) -> Iterator[Fault]:
    odd = Reaction.objects.exclude(patient_id=F("dose__patient_id"))
    yield from rows(odd, "the dose {dose_id} is another patient's")


@INVARIANTS.add("reaction.end", "A reaction is ended, judged and signed, or goes on")
def find_odd_ends(now: datetime) -> Iterator[Fault]:
    goes_on = Q(ended_at=None, ended_by=None, outcome="", seriousness__len=0, kind=Kind.ANAPHYLAXIS)
    ended = Q(ended_at__gte=F("recorded_at"), ended_by__isnull=False, seriousness__len__gte=1) & ~Q(
        outcome=""
    )
    yield from rows(Reaction.objects.exclude(goes_on | ended), "its end is not whole")
    both = Reaction.objects.filter(seriousness__contains=["not_serious"], seriousness__len__gt=1)
    yield from rows(both, "serious and not serious")


@INVARIANTS.add("reaction.onset", "A reaction begins no earlier than the day of its dose")
def find_early_reactions(now: datetime) -> Iterator[Fault]:
    dated = Reaction.objects.annotate(
        given_on=TruncDate("dose__given_at", tzinfo=OSLO),
        began_on=TruncDate("onset_at", tzinfo=OSLO),
    )
    early = dated.filter(began_on__lt=F("given_on"))
    yield from rows(early, "began {began_on}, the dose was given {given_on}")


@INVARIANTS.add("reaction.report", "What was reported has day, way and name, and is ended")
def find_odd_reports(now: datetime) -> Iterator[Fault]:
    none = Q(reported_on=None, reported_at=None, reported_by=None, reported_through="")
    whole = Q(
        reported_on__isnull=False,
        reported_at__gte=F("ended_at"),
        reported_by__isnull=False,
    ) & ~Q(reported_through="")
    yield from rows(Reaction.objects.exclude(none | whole), "its report is not whole")


@INVARIANTS.add("reaction.replaces", "A correction is made later, of one after the same dose")
def find_odd_corrections(now: datetime) -> Iterator[Fault]:
    fits = Q(
        replaces__dose_id=F("dose_id"),
        replaces__recorded_at__lte=F("recorded_at"),
        replaces__ended_at__isnull=False,
    ) & ~Q(replaces_id=F("pk"))
    odd = Reaction.objects.filter(replaces__isnull=False).exclude(fits)
    yield from rows(odd, "replaces {replaces_id}")


@INVARIANTS.add("registry.once", "The register is told of a dose once, and once that it is void")
def find_doubled_reports(now: datetime) -> Iterator[Fault]:
    doubled = (
        RegistryReport.objects.filter(taken_back_at=None)
        .values("dose_id", "kind")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubled, "{kind} {times} times")


@INVARIANTS.add("registry.words", "What the register is told is known, and signed if taken back")
def find_odd_marks(now: datetime) -> Iterator[Fault]:
    signed = Q(taken_back_at=None, taken_back_by=None) | Q(
        taken_back_at__gte=F("at"), taken_back_by__isnull=False
    )
    odd = RegistryReport.objects.exclude(signed & Q(kind__in=list(ReportKind)))
    yield from rows(odd, "the kind is not known, or who took it back")


@INVARIANTS.add("registry.void", "Only a voided dose that was registered is struck out")
def find_voids_of_nothing(now: datetime) -> Iterator[Fault]:
    struck = RegistryReport.objects.filter(kind=ReportKind.VOIDED, taken_back_at=None)
    yield from rows(struck.filter(dose__voided_at=None), "the dose {dose_id} is not voided")


@INVARIANTS.add("registry.date", "A dose stands in the register from its day on")
def find_early_marks(now: datetime) -> Iterator[Fault]:
    dated = RegistryReport.objects.annotate(given_on=TruncDate("dose__given_at", tzinfo=OSLO))
    early = dated.filter(registered_on__lt=F("given_on"))
    yield from rows(early, "registered {registered_on}, given {given_on}")
