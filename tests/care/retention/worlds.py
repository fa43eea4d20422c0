"""Something of every kind of data that the sweep ends, and how to count what is left of it."""

from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session

from appointments.models import Appointment, Offer, OfferSkip, WaitingEntry
from appointments.services.booking import cancel
from appointments.services.holding import expire_holds, hold
from appointments.services.waiting import leave
from audit.domain import Actor
from audit.domain.why import GivenCode
from audit.models import GivenReason
from audit.services.giving_reasons import give_reason
from clinics.models import StaffLogin
from clinics.services import logins as staff_logins
from eligibility.models import Decision
from notifications.models import Message
from patients.models import IdentityCheck, LinkToken, MessageStop, Patient
from tests.factories import (
    BEFORE,
    actor_of,
    make_booking,
    make_case,
    make_decision,
    make_dose,
    make_session,
    make_staff,
    make_wait,
    slot_at,
)

BY_ITSELF = Actor.system()


def make_holds():
    slot = slot_at(make_session(), "17.00")
    for number in range(2):
        hold(
            slot_id=slot.pk,
            browser_hash=str(number) * 64,
            route="intradermal",
            dose_number=1,
            not_before=None,
            address="",
            now=BEFORE - timedelta(hours=1),
        )
    expire_holds(now=BEFORE)
    return lambda: Appointment.objects.filter(patient=None).count(), 2


def make_unbooked():
    for _ in range(3):
        decision = make_decision()
        MessageStop.objects.create(patient_id=decision.patient_id, channel="sms", stopped_at=BEFORE)
        LinkToken.objects.create(
            token_hash=str(decision.pk),
            purpose="x",
            subject_id=decision.patient_id,
            created_at=BEFORE,
            expires_at=BEFORE + timedelta(days=400),
        )
    make_case(now=BEFORE)  # a clinician is asked: nobody unbooked
    make_wait()
    return lambda: Patient.objects.count() - 2, 3


def make_people_who_never_came():
    session = make_session()
    for _ in range(2):
        booked = make_booking(session=session)
        cancel(appointment_id=booked.pk, by=BY_ITSELF, now=BEFORE)
    # The session's day counts: nobody says later than then that they could not come.
    Appointment.objects.update(date=BEFORE.date())
    Message.objects.update(state="skipped", ended_at=BEFORE)
    make_dose(patient=make_decision().patient, now=BEFORE + timedelta(minutes=5))
    return lambda: Patient.objects.count() - 1, 2


def make_waits():
    session = make_session()
    for _ in range(2):
        entry = make_wait()
        Offer.objects.create(
            entry=entry,
            session=session,
            kind="time",
            made_at=BEFORE,
            answer_by=BEFORE,
            state="declined",
            ended_at=BEFORE,
        )
        leave(entry_id=entry.pk, by=BY_ITSELF, now=BEFORE)
    make_wait()
    return lambda: WaitingEntry.objects.count() - 1, 2


def make_skips():
    entry, session = make_wait(), make_session()
    OfferSkip.objects.create(
        entry=entry, session=session, kind="time", reason="days", skipped_at=BEFORE
    )
    return OfferSkip.objects.count, 1


def make_groups():
    for _ in range(2):
        make_dose(patient=make_decision().patient, now=BEFORE)
    make_booking(session=make_session(starts_at=BEFORE + timedelta(days=300)), now=BEFORE)
    make_wait()
    return lambda: len([one for one in Decision.objects.all() if one.priority_group]) - 2, 2


def make_references():
    make_booking()
    message = Message.objects.first()
    Message.objects.filter(pk=message.pk).update(
        state="sent", ended_at=BEFORE, provider_reference="batch-7", attempts=1
    )
    return Message.objects.exclude(provider_reference="").count, 1


def make_id_copies():
    IdentityCheck.objects.create(
        patient=make_dose(now=BEFORE).patient,
        visit_id=make_booking().pk,
        document="passport",
        before={"given_name": "Ola"},
        after={"given_name": "Olav"},
        checked_by=make_staff(),
        checked_at=BEFORE,
    )
    return lambda: sum(check.before is not None for check in IdentityCheck.objects.all()), 1


def make_web_sessions():
    Session.objects.create(session_key="a", session_data="x", expire_date=BEFORE)
    return Session.objects.count, 1


def make_admin_log():
    entry = LogEntry.objects.create(user=make_staff(), action_flag=2)
    LogEntry.objects.filter(pk=entry.pk).update(action_time=BEFORE)
    return LogEntry.objects.count, 1


def make_logins():
    method = StaffLogin.Method.PASSKEY
    staff_logins.begin(staff=make_staff(), session_key="a", method=method, browser="", now=BEFORE)
    return StaffLogin.objects.count, 1


def make_given_reasons():
    give_reason(
        patient_id=make_dose(now=BEFORE).patient_id,
        object_id="",
        code=GivenCode.CONTACT,
        text="Ringte om timen sin i går",
        by=actor_of(make_staff()),
        now=BEFORE,
    )
    return lambda: sum(bool(one.text) for one in GivenReason.objects.filter(code="contact")), 1


WORLDS = {
    "holds": make_holds,
    "unbooked": make_unbooked,
    "never_came": make_people_who_never_came,
    "waiting": make_waits,
    "passed_over": make_skips,
    "group": make_groups,
    "references": make_references,
    "id_copies": make_id_copies,
    "sessions": make_web_sessions,
    "admin_log": make_admin_log,
    "logins": make_logins,
    "given_reasons": make_given_reasons,
}
