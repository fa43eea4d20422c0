"""Patients, decisions, messages, roles and the access log, broken by hand."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet
from django.db import connection
from django.db.models import F, Model

from audit.domain.why import Why
from audit.models import Alarm, AuditEntry, GivenReason, Seal
from clinics.models import GroupOffer, Membership, Staff
from eligibility.models import Decision
from notifications.models import Message, SweepRun
from patients.models import LinkToken, OneTimeCode, Patient
from tests.integrity.corrupting import change, corrupts
from tests.integrity.world import NOW, World

A_DAY = timedelta(days=1)
SOMEBODY_ELSES = Fernet(Fernet.generate_key()).encrypt(b"x").decode()


def first(model: type[Model], **fields: Any) -> Any:
    row = model._default_manager.filter(**fields).order_by("pk").first()
    assert row
    return row


def store(row: Model, column: str, text: str) -> str:
    """Put a text into a column past the field's encryption."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [text, row.pk]
        )
    return str(row.pk)


@corrupts("encrypted.opens")
def under_another_key(world: World) -> str:
    return store(first(Patient), "phone", SOMEBODY_ELSES)


@corrupts("encrypted.opens")
def not_encrypted_at_all(world: World) -> str:
    return store(first(Patient), "given_name", "Alice")


@corrupts("encrypted.opens")
def no_date_in_it(world: World) -> str:
    field = Patient._meta.get_field("given_name")
    return store(first(Patient), "birth_date", field.get_prep_value("14. mars"))


@corrupts("audit.actor")
def done_by_nobody(world: World) -> str:
    return change(first(AuditEntry, actor_kind="staff"), actor_id="")


@corrupts("audit.actor")
def done_by_a_ghost(world: World) -> str:
    return change(first(AuditEntry), actor_kind="ghost")


@corrupts("audit.action")
def did_something(world: World) -> str:
    return change(first(AuditEntry), action="Did something")


@corrupts("clinic.kind")
def a_private_clinic(world: World) -> str:
    return change(world.other_clinic, kind="private")


@corrupts("role.known", past="membership_known_role")
def the_king(world: World) -> str:
    return change(first(Membership), role="king")


@corrupts("role.dates", past="membership_dates_in_order")
def role_ends_first(world: World) -> str:
    return change(first(Membership), valid_until=F("valid_from") - A_DAY)


@corrupts("offer.group", past="group_offer_known_group")
def group_four(world: World) -> str:
    return change(first(GroupOffer), priority_group=4)


@corrupts("offer.dates", past="group_offer_dates_in_order")
def offer_ends_first(world: World) -> str:
    return change(first(GroupOffer), valid_until=F("valid_from") - A_DAY)


@corrupts("message.words")
def in_limbo(world: World) -> str:
    return change(first(Message, state="sent"), state="limbo")


@corrupts("message.words")
def by_pigeon(world: World) -> str:
    return change(first(Message), channel="bird")


@corrupts("message.kind")
def of_no_kind(world: World) -> str:
    return change(first(Message), kind="greeting")


@corrupts("message.subject")
def about_nothing(world: World) -> str:
    return change(first(Message), subject_id=uuid4())


@corrupts("message.lease", past="message_lease_iff_claimed")
def claimed_without_lease(world: World) -> str:
    return change(first(Message, state="claimed"), lease_until=None)


@corrupts("message.lease", past="message_lease_iff_claimed")
def leased_and_waiting(world: World) -> str:
    return change(first(Message, state="waiting"), lease_until=NOW)


@corrupts("message.ended", past="message_ended_iff_final")
def sent_without_end(world: World) -> str:
    return change(first(Message, state="sent"), ended_at=None)


@corrupts("message.ended", past="message_ended_iff_final")
def ended_and_waiting(world: World) -> str:
    return change(first(Message, state="waiting"), ended_at=NOW)


@corrupts("message.handled", past="message_handled_by_somebody")
def told_by_nobody(world: World) -> str:
    return change(first(Message, state="failed"), handled_by=None)


@corrupts("message.handled")
def told_before_it_was_sent(world: World) -> str:
    waits = first(Message, state="waiting")
    return change(waits, handled_at=NOW, handled_by=world.day.nurse)


@corrupts("sweep.run")
def gone_well_without_end(world: World) -> str:
    return change(first(SweepRun, ok=True), ended_at=None)


@corrupts("sweep.run")
def gone_badly_without_a_fault(world: World) -> str:
    return change(first(SweepRun, ok=False, ended_at=NOW), fault="")


@corrupts("message.tried")
def sent_by_itself(world: World) -> str:
    return change(first(Message, state="sent"), attempts=0)


@corrupts("message.delivered", past="message_delivered_was_sent")
def arrived_and_failed(world: World) -> str:
    return change(first(Message, state="sent"), state="failed", delivered_at=NOW)


@corrupts("message.once", past="message_once_a_round")
def the_same_twice(world: World) -> set[str]:
    message = first(Message)
    again = Message.objects.get(pk=message.pk)
    again.pk = uuid4()
    again.save(force_insert=True)
    return {str(message.pk), str(again.pk)}


@corrupts("patient.words")
def speaks_latin(world: World) -> str:
    return change(first(Patient), language="la")


@corrupts("patient.words")
def with_a_passport(world: World) -> str:
    return change(first(Patient), id_kind="passport")


@corrupts("patient.reachable", past="patient_reachable_as_said")
def no_telephone(world: World) -> str:
    return change(first(Patient, contact_by="sms"), phone="", phone_hash="")


@corrupts("patient.reachable", past="patient_reachable_as_said")
def no_email(world: World) -> str:
    return change(first(Patient, contact_by="both"), email="", email_hash="")


@corrupts("patient.reachable", past="patient_reachable_as_said")
def by_letter(world: World) -> str:
    return change(first(Patient), contact_by="post")


@corrupts("patient.number")
def a_number_of_no_kind(world: World) -> str:
    return change(first(Patient, id_kind="national"), id_kind="none")


@corrupts("patient.number")
def a_kind_of_no_number(world: World) -> str:
    return change(first(Patient, id_kind="none"), id_kind="duf")


@corrupts("patient.one_per_number", past="patient_one_per_seen_number")
def two_with_one_number(world: World) -> set[str]:
    seen = first(Patient, id_kind="national")
    other = first(Patient, id_kind="none", merged_into=None)
    fields = {"id_kind": "national", "id_number_hash": seen.id_number_hash, "id_seen_at": NOW}
    return {change(other, **fields), str(seen.pk)}


@corrupts("staff.hash")
def anothers_address(world: World) -> str:
    return change(first(Staff), email_hash="0" * 64)


@corrupts("patient.hashes")
def anothers_telephone(world: World) -> str:
    return change(first(Patient), phone="+4799999999")


@corrupts("patient.hashes")
def hash_under_an_old_key(world: World) -> str:
    return change(first(Patient, contact_by="both"), email_hash="0" * 64)


@corrupts("patient.hashes")
def anothers_number(world: World) -> str:
    return change(first(Patient, id_kind="national"), id_number_hash="0" * 64)


@corrupts("patient.hashes")
def hash_of_another_birthday(world: World) -> str:
    return change(first(Patient), birth_date_hash="0" * 64)


@corrupts("patient.merges_end")
def merged_in_a_circle(world: World) -> set[str]:
    into = first(Patient, has_duplicates=True)
    change(into, merged_into=first(Patient, merged_into=into))
    return {
        str(pk) for pk in Patient.objects.exclude(merged_into=None).values_list("pk", flat=True)
    }


@corrupts("patient.merges_end")
def merged_into_oneself(world: World) -> str:
    loner = first(Patient, has_duplicates=False, merged_into=None)
    return change(loner, merged_into=loner)


@corrupts("code.forgotten")
def an_old_code(world: World) -> str:
    return change(first(OneTimeCode), expires_at=NOW - timedelta(hours=3))


@corrupts("link.forgotten")
def an_old_link(world: World) -> str:
    return change(first(LinkToken), expires_at=NOW - timedelta(days=31))


@corrupts("decision.rule_set")
def by_no_rules(world: World) -> str:
    return change(first(Decision), rule_set="gut-feeling")


@corrupts("decision.words")
def perhaps(world: World) -> str:
    return change(first(Decision), outcome="perhaps")


@corrupts("decision.private_reasons")
def tells_too_much(world: World) -> str:
    return change(first(Decision), reasons=["R16", "R4"])


@corrupts("decision.course")
def eligible_for_nothing(world: World) -> str:
    return change(first(Decision, outcome="eligible"), course=None)


@corrupts("decision.course")
def a_course_of_three(world: World) -> str:
    decision = first(Decision, outcome="eligible")
    return change(decision, course={**decision.course, "doses": 3, "next_dose": 3})


@corrupts("decision.course")
def not_needed_yet_ordered(world: World) -> str:
    return change(first(Decision, outcome="eligible"), outcome="not_needed")


@corrupts("decision.encrypted_words")
def group_nine(world: World) -> str:
    return change(first(Decision), priority_group="9")


@corrupts("decision.encrypted_words")
def a_flag_of_no_rule(world: World) -> str:
    return change(first(Decision), flags=["left_handed"])


@corrupts("audit.seals")
def a_seal_is_gone(world: World) -> str:
    Seal.objects.get(number=1).delete()
    return "2"


@corrupts("audit.seals")
def a_seal_follows_another(world: World) -> str:
    return change(Seal.objects.get(number=2), previous="0" * 64)


@corrupts("audit.given_reason")
def a_given_reason_is_gone(world: World) -> str:
    GivenReason.objects.all().delete()
    return str(first(AuditEntry, action="reason.given").pk)


@corrupts("audit.given_reason")
def a_reason_that_nobody_gave(world: World) -> str:
    return change(first(AuditEntry, actor_kind="staff", why=""), why=Why.GIVEN, why_id=uuid4())


@corrupts("audit.alarm")
def an_alarm_about_nothing(world: World) -> str:
    return change(Alarm.objects.get(), given_id=uuid4())
