"""What comes by on its own: alerts to clinics, and days of exposure that are dropped."""

from datetime import timedelta

import pytest

from clinics.domain.roles import Role
from eligibility.models import ReviewCase
from eligibility.services import cases
from eligibility.services.case_alerts import alert_to_urgent_cases
from eligibility.services.decisions import course_of
from eligibility.services.exposure_days import drop_exposure_days
from notifications.models import Message
from notifications.services.preparing import prepare
from tests.factories import (
    DAY,
    actor_of,
    make_case,
    make_clinic,
    make_doctor,
    make_dose,
    make_vial,
    oslo,
)
from tests.invariants import assert_integrity

pytestmark = pytest.mark.django_db

MORNING, NOON = oslo(DAY, "09.00"), oslo(DAY, "12.00")
A_DAY = timedelta(days=1)


@pytest.fixture
def clinic():
    return make_clinic(email="post@nydalen.example")


@pytest.fixture
def lund(clinic):
    return actor_of(make_doctor(clinic=clinic), role=Role.CLINICIAN)


def alerts():
    return Message.objects.filter(kind="case_urgent")


def written(messages, *, now):
    """Return the words of messages, all of which are due."""
    prepared = prepare(list(messages), now=now)
    assert prepared.not_due == prepared.broken == []
    return [one.outgoing for one in prepared.ready]


def decided(case, lund, *, now, yes=True):
    cases.claim(case_id=case.pk, by=lund, now=now)
    if yes:
        cases.approve(
            case_id=case.pk,
            course=course_of(case.decision),
            interval_override_days=None,
            reason="",
            by=lund,
            now=now,
        )
    else:
        cases.refuse(case_id=case.pk, reason="Lav risiko.", by=lund, now=now)


def test_a_clinic_is_alerted_12_hours_before_the_day_is_over_and_once_when_it_is(clinic):
    make_case(exposed_on=DAY - 4 * A_DAY, now=MORNING)
    make_case(exposed_on=DAY - A_DAY, now=MORNING)
    make_case(now=MORNING)

    assert alert_to_urgent_cases(now=MORNING) == 0
    assert alert_to_urgent_cases(now=NOON) == 1
    assert alert_to_urgent_cases(now=NOON + timedelta(hours=1)) == 0
    assert alert_to_urgent_cases(now=MORNING + A_DAY) == 1
    assert alert_to_urgent_cases(now=MORNING + 2 * A_DAY) == 0
    assert alerts().count() == 2


def test_an_answer_ends_the_alerts(clinic, lund):
    case = make_case(exposed_on=DAY - 4 * A_DAY, now=MORNING)
    alert_to_urgent_cases(now=NOON)
    decided(case, lund, now=NOON, yes=False)

    assert alert_to_urgent_cases(now=NOON + A_DAY) == 0


def test_a_clinic_that_is_handed_the_case_is_alerted_too(clinic, lund):
    case = make_case(exposed_on=DAY - 4 * A_DAY, now=MORNING)
    alert_to_urgent_cases(now=NOON)
    other = make_clinic(slug="ullern", email="post@ullern.example")
    cases.claim(case_id=case.pk, by=lund, now=NOON)
    cases.hand_over(case_id=case.pk, clinic_id=other.pk, note="", by=lund, now=NOON)

    assert alert_to_urgent_cases(now=NOON) == 1
    assert set(alerts().values_list("clinic_id", flat=True)) == {clinic.pk, other.pk}


def test_without_an_address_of_its_own_the_clinicians_are_written_to():
    clinic = make_clinic()
    doctor, other = make_doctor(clinic=clinic), make_doctor(clinic=clinic, name="Dr. Moe")
    make_case(exposed_on=DAY - 4 * A_DAY, now=MORNING)

    alert_to_urgent_cases(now=NOON)

    whom = {message.occasion.partition(":")[2] for message in alerts()}
    assert whom == {str(doctor.pk), str(other.pk)}


def test_what_an_alert_says_tells_nothing_about_anybody(clinic):
    case = make_case(exposed_on=DAY - 4 * A_DAY, now=MORNING)
    alert_to_urgent_cases(now=NOON)

    (words,) = written(alerts(), now=NOON)

    assert words.to == ["post@nydalen.example"]
    assert words.subject == "En sak haster"
    assert "/ansatt/nydalen/vurderinger/" in words.body
    for secret in ("mpox", "vaksine", "smitte", case.patient.given_name):
        assert secret not in words.body.lower()


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", ["case_answered", "case_call"])
def test_what_a_person_is_told_names_nothing(clinic, lund, kind, language):
    case = make_case(now=MORNING)
    type(case.patient).objects.filter(pk=case.patient_id).update(
        language=language, email="a@example.org", email_hash="x", contact_by="both"
    )
    cases.claim(case_id=case.pk, by=lund, now=MORNING)
    if kind == "case_call":
        cases.ask_to_call(case_id=case.pk, by=lund, now=MORNING)
    else:
        cases.close(case_id=case.pk, reason="Vil ikke.", by=lund, now=MORNING)

    found = written(Message.objects.filter(kind=kind), now=MORNING)

    assert len(found) == 2
    for each in found:
        said = getattr(each, "text", "") or f"{each.subject} {each.body}"
        assert "/vurdering/l/" in said or "Du" in said or "You" in said
        for secret in ("mpox", "vaksin", "vaccin", "smitte", "gruppe"):
            assert secret not in said.lower()


def test_the_days_of_an_exposure_are_dropped_after_day_14(clinic, lund):
    case = make_case(exposed_on=DAY, now=MORNING)
    decided(case, lund, now=MORNING)
    day_14 = oslo(DAY + 14 * A_DAY, "23.30")

    assert drop_exposure_days(now=day_14) == 0
    assert drop_exposure_days(now=day_14 + timedelta(hours=1)) == 1

    case.refresh_from_db()
    assert (case.exposed_on, case.prevents_until, case.deadline) == (None, None, None)
    assert_integrity(now=day_14)


def test_the_days_of_an_exposure_are_dropped_the_day_after_the_dose(clinic, lund):
    case = make_case(exposed_on=DAY - A_DAY, now=MORNING)
    decided(case, lund, now=MORNING)
    given = oslo(DAY, "16.30")
    make_dose(
        patient=case.patient,
        vial=make_vial(clinic=clinic, now=given),
        indication="pepv",
        route="subcutaneous",
        now=given,
    )

    assert drop_exposure_days(now=oslo(DAY, "23.30")) == 0
    assert drop_exposure_days(now=oslo(DAY + A_DAY, "00.30")) == 1


def test_a_case_that_still_waits_keeps_its_days(clinic):
    make_case(exposed_on=DAY, now=MORNING)

    assert drop_exposure_days(now=MORNING + 30 * A_DAY) == 0
    assert ReviewCase.objects.get().deadline == DAY + 4 * A_DAY


def test_a_no_drops_the_days_at_once(clinic, lund):
    case = make_case(exposed_on=DAY, now=MORNING)

    decided(case, lund, now=MORNING, yes=False)

    case.refresh_from_db()
    assert (case.exposed_on, case.prevents_until, case.deadline) == (None, None, None)
