"""Codes handed over at visits and the browsers they let in, broken by hand."""

from datetime import timedelta

from patients.models import ActivatedBrowser, ActivationCode, Patient
from patients.services.activations import KEPT_AFTER_END, UNUSED
from tests.factories import make_patient, see_id
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)


def standing() -> ActivatedBrowser:
    return ActivatedBrowser.objects.get(ended_at=None)


def ended() -> ActivatedBrowser:
    return ActivatedBrowser.objects.get(ended_at__isnull=False)


def waiting() -> ActivationCode:
    return ActivationCode.objects.get(used_at=None)


@corrupts("activation.in_time")
def used_too_late(world: World) -> str:
    code = standing().code
    return change(code, used_at=code.expires_at)


@corrupts("activation.in_time")
def used_before_it_was_made(world: World) -> str:
    return change(standing().code, used_at=NOW - A_DAY)


@corrupts("activation.in_time")
def ended_before_it_began(world: World) -> str:
    return change(waiting(), expires_at=waiting().made_at)


@corrupts("activation.one_end", past="activation_code_one_end")
def used_and_ended(world: World) -> str:
    return change(standing().code, ended_at=NOW)


@corrupts("activation.one_open", past="activation_code_one_open")
def two_that_wait(world: World) -> list[str]:
    again = standing().code
    standing().delete()
    change(again, used_at=None, patient=waiting().patient)
    return [str(code.pk) for code in ActivationCode.objects.filter(used_at=None)]


@corrupts("activation.one_browser")
def used_for_nothing(world: World) -> str:
    browser = standing()
    browser.delete()
    return str(browser.code_id)


@corrupts("activation.one_browser")
def let_in_later(world: World) -> str:
    return change(standing(), created_at=NOW - A_DAY)


@corrupts("activation.one_browser")
def let_in_by_an_unused_code(world: World) -> str:
    browser = standing()
    change(browser.code, used_at=None)
    return str(browser.pk)


@corrupts("activation.one_browser", past="patients_activatedbrowser_code_id_key")
def two_by_one_code(world: World) -> list[str]:
    change(ended(), code=standing().code)
    lost = ActivationCode.objects.get(used_at__isnull=False, browser=None)
    return [str(lost.pk), *(str(browser.pk) for browser in ActivatedBrowser.objects.all())]


@corrupts("activation.person")
def of_somebody_elses_code(world: World) -> str:
    return change(standing(), patient=see_id(make_patient()))


@corrupts("activation.person")
def no_id_was_seen(world: World) -> list[str]:
    browser, code = standing(), waiting()
    for row in (browser, code):
        Patient.objects.filter(pk=row.patient_id).update(id_seen_at=None)
    return [str(browser.pk), str(code.pk)]


@corrupts("activation.used", past="browser_used_after_activation")
def used_before_it_was_let_in(world: World) -> str:
    return change(standing(), used_at=NOW - A_DAY)


@corrupts("activation.clinic")
def handed_over_nowhere(world: World) -> str:
    return change(waiting(), clinic_id=0)


@corrupts("activation.forgotten")
def an_old_code(world: World) -> str:
    return change(waiting(), expires_at=NOW - A_DAY)


@corrupts("activation.forgotten")
def a_browser_ended_long_ago(world: World) -> str:
    return change(ended(), ended_at=NOW - KEPT_AFTER_END - A_DAY)


@corrupts("activation.forgotten")
def a_browser_nobody_used(world: World) -> str:
    long_ago = NOW - UNUSED - KEPT_AFTER_END - A_DAY
    return change(standing(), created_at=long_ago, used_at=long_ago)
