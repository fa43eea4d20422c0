"""Reactions and what the register was told, spoiled by hand."""

from datetime import timedelta

from tests.factories import DAY, make_patient
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World
from vaccinations.models import Reaction, ReactionEntry, RegistryReport

A_DAY = timedelta(days=1)


def _begun() -> Reaction:
    return Reaction.objects.get(ended_at=None)


def _ended(**fields: object) -> Reaction:
    found = Reaction.objects.filter(ended_at__isnull=False, **fields).order_by("pk").first()
    assert found
    return found


@corrupts("reaction.words", past="reaction_known_kind")
def unknown_kind(world: World) -> str:
    return change(_ended(), kind="fever")


@corrupts("reaction.words", past="reaction_entry_known_step")
def unknown_step(world: World) -> str:
    line = ReactionEntry.objects.order_by("pk").first()
    assert line
    return change(line, step="prayed")


@corrupts("reaction.patient")
def of_another_person(world: World) -> str:
    return change(_ended(), patient=make_patient())


@corrupts("reaction.end", past="reaction_judged_iff_ended")
def ended_without_a_judgement(world: World) -> str:
    return change(_begun(), ended_at=NOW, ended_by=world.day.nurse)


@corrupts("reaction.end", past="reaction_serious_or_not")
def serious_and_not(world: World) -> str:
    return change(_ended(), seriousness=["hospital", "not_serious"])


@corrupts("reaction.onset")
def before_the_dose(world: World) -> str:
    one = _ended()
    return change(one, onset_at=one.dose.given_at - A_DAY)


@corrupts("reaction.report", past="reaction_report_is_whole")
def reported_by_nobody(world: World) -> str:
    return change(_ended(reported_at=None), reported_on=DAY)


@corrupts("reaction.replaces")
def corrects_one_of_another_dose(world: World) -> str:
    one = _ended(replaces__isnull=False)
    return change(one, dose=world.first_dose, patient=world.first_dose.patient)


def _report(kind: str) -> RegistryReport:
    return RegistryReport.objects.get(kind=kind, taken_back_at=None)


@corrupts("registry.once", past="registry_report_once")
def told_twice(world: World) -> set[str]:
    one = _report("given")
    again = RegistryReport.objects.get(pk=one.pk)
    again.pk = None
    again._state.adding = True
    again.id = RegistryReport._meta.get_field("id").get_default()
    again.save(force_insert=True)
    return {str(one.pk), str(again.pk)}


@corrupts("registry.words", past="registry_report_known_kind")
def told_something_else(world: World) -> str:
    return change(_report("given"), kind="maybe")


@corrupts("registry.words", past="registry_report_taken_back_is_signed")
def taken_back_by_nobody(world: World) -> str:
    return change(_report("given"), taken_back_at=NOW)


@corrupts("registry.void")
def struck_out_though_it_counts(world: World) -> str:
    return change(_report("given"), kind="voided")


@corrupts("registry.date")
def registered_before_it_was_given(world: World) -> str:
    one = _report("given")
    return change(one, registered_on=DAY - timedelta(days=400))
