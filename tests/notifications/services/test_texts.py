"""Words that people have written: checked, kept in revisions, used, and never in the way."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event
from uuid import uuid4

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit.domain import Actor
from audit.models import AuditEntry
from clinics.models import Staff
from notifications.domain.parts import NO_WORDS, Words
from notifications.domain.text_rules import Fault, Hint
from notifications.models import MessageText
from notifications.services import placeholders, texts
from notifications.services.default_words import default_words
from notifications.services.placeholders import example
from notifications.services.preparing import prepare
from notifications.services.registry import UnknownKindError
from notifications.services.rendering import render_email, render_sms
from notifications.services.text_checks import check
from notifications.services.texts import (
    ChangedMeanwhileError,
    NothingChangedError,
    UnsoundTextError,
    broken_texts,
    go_back_to_files,
    save_texts,
    saved_words,
    texts_in_force,
)
from tests.conftest import owner_parameters
from tests.invariants import assert_integrity
from tests.notifications.sample_kind import ALICE, NOW

PATIENCE = 5
SMS = "Hei! Vi ses {dag} kl. {klokke}. {lenke}"


@pytest.fixture
def nora(db) -> Actor:
    return Actor.staff(
        Staff.objects.create_user("nora@example.org", name="Nora").pk, clinic_id=None
    )


def words(kind="booked", language="nb", **changed) -> Words:
    return replace(default_words(kind, language), **changed)


def save(by, *, kind="booked", language="nb", seen=0, **changed) -> MessageText:
    return save_texts(
        kind=kind,
        language=language,
        words=words(kind, language, **changed),
        seen=seen,
        by=by,
        now=NOW,
    )


def sms_of(kind="booked", language="nb", **changed) -> str:
    own = texts_in_force([kind]).get((kind, language), NO_WORDS)
    context = {**example(), **changed}
    return render_sms(kind=kind, to=ALICE.phone, language=language, context=context, own=own).text


def default_sms(kind="booked", language="nb", **changed) -> str:
    context = {**example(), **changed}
    return render_sms(kind=kind, to=ALICE.phone, language=language, context=context).text


def test_a_saved_text_is_what_is_sent(nora):
    save(
        nora,
        sms=SMS,
        subject="Velkommen {dag}",
        email="Hei!\n\n{sted}, {telefon}. {telefontid}\n{lenke}",
    )

    own = texts_in_force(["booked"])["booked", "nb"]
    email = render_email(
        kind="booked",
        to=ALICE.email,
        language="nb",
        context=example(),
        attachments=(),
        reference="1",
        own=own,
    )

    link = example()["link"]
    assert sms_of() == f"Hei! Vi ses onsdag 4. mars kl. 17.40. {link}"
    assert email.subject == "Velkommen onsdag 4. mars"
    assert email.body == (f"Hei!\n\nNydalen legesenter, 22 00 00 00. Hverdager 9–15.\n{link}\n")


def test_other_languages_and_kinds_keep_the_words_of_their_files(nora):
    save(nora, sms=SMS)

    assert sms_of(language="en") == default_sms(language="en")
    assert sms_of("reminder") == default_sms("reminder")


def test_a_day_is_written_in_the_language_of_the_text(nora):
    save(nora, language="en", sms="See you on {dag} at {klokke}. {lenke}")

    assert sms_of(language="en").startswith("See you on Wednesday 4 March at 17:40.")


def test_a_part_that_says_what_the_file_says_goes_on_following_the_file(nora):
    row = save(nora, sms=SMS)

    assert row.words() == Words(sms=SMS, subject="", email="")


def test_every_revision_is_kept_with_who_and_when_and_in_the_access_log(nora):
    save(nora, sms=SMS)
    save(nora, seen=1, sms=f"Kjære deg. {SMS}")
    go_back_to_files(kind="booked", language="nb", seen=2, by=nora, now=NOW)

    kept = MessageText.objects.order_by("revision")
    assert [row.sms for row in kept] == [SMS, f"Kjære deg. {SMS}", ""]
    assert {(row.changed_by_id, row.changed_at) for row in kept} == {(int(nora.id), NOW)}
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "object_id", "reason")) == [
        (f"message_text.{what}", str(row.pk), "booked nb")
        for what, row in zip(("changed", "changed", "reset"), kept, strict=True)
    ]
    assert sms_of() == default_sms()
    assert_integrity(now=NOW)


def test_what_is_kept_cannot_be_changed_or_deleted(nora):
    row = save(nora, sms=SMS)

    for change in (
        lambda: MessageText.objects.filter(pk=row.pk).update(sms="x"),
        lambda: MessageText.objects.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


@pytest.mark.parametrize("seen", [0, 1])
def test_saving_what_is_there_already_writes_nothing(nora, seen):
    changed = {"sms": SMS} if seen else {}
    if seen:
        save(nora, **changed)

    with pytest.raises(NothingChangedError):
        save(nora, seen=seen, **changed)
    assert MessageText.objects.count() == seen


def test_a_kind_that_nobody_has_registered_has_no_texts(nora):
    with pytest.raises(UnknownKindError):
        save_texts(kind="odd", language="nb", words=NO_WORDS, seen=0, by=nora, now=NOW)


@pytest.mark.parametrize(
    ("part", "text", "fault", "what"),
    [
        ("sms", "", Fault.EMPTY, ()),
        ("sms", "Vi ses {dag}.", Fault.MISSING_NAME, ("lenke",)),
        ("email", "Vi ses {dag}.", Fault.MISSING_NAME, ("lenke",)),
        ("sms", "{navn}, se {lenke}", Fault.UNKNOWN_NAME, ("navn",)),
        ("sms", "Svar innen {svar_dag}: {lenke}", Fault.UNKNOWN_NAME, ("svar_dag",)),
        ("sms", "Vi ses {dag: {lenke}", Fault.STRAY_BRACE, ()),
        ("sms", "{{ clinic.name }} {lenke}", Fault.STRAY_BRACE, ()),
        ("sms", "{lenke}\x00", Fault.CONTROL, ()),
        ("sms", "Vaksinen mot mpox: {lenke}", Fault.FORBIDDEN, ("vaksinen", "mpox")),
        ("subject", "Dose 2", Fault.FORBIDDEN, ("dose",)),
        ("subject", "Timen din\nBcc: x@example.org", Fault.SEVERAL_LINES, ()),
        ("subject", "x" * 121, Fault.TOO_LONG, ("120", "121")),
        ("sms", "Velkommen! " * 50 + "{lenke}", Fault.TOO_MANY_SEGMENTS, ("3", "4")),
        ("sms", "Velkommen 😀 " * 20 + "{lenke}", Fault.TOO_MANY_SEGMENTS, ("3", "5")),
    ],
)
def test_what_cannot_be_sent_is_not_saved(nora, part, text, fault, what):
    with pytest.raises(UnsoundTextError) as refused:
        save(nora, **{part: text})

    found = {one.code: one.what for one in refused.value.checked[part].faults}
    assert found[fault] == what
    assert [name for name, one in refused.value.checked.items() if one.faults] == [part]
    assert not MessageText.objects.exists()


@pytest.mark.parametrize(
    ("part", "text", "hint", "what"),
    [
        ("sms", "Ása venter {dag} kl. {klokke}: {lenke}", Hint.UCS2, ("Á",)),
        ("sms", "Velkommen! " * 12 + "{dag} {lenke}", Hint.SEVERAL_SEGMENTS, ("2",)),
        ("sms", "Se timen: {lenke}", Hint.LEFT_OUT, ("dag", "klokke", "sted", "gate")),
    ],
)
def test_what_is_worth_a_second_look_is_saved(nora, part, text, hint, what):
    checked = check("booked", "nb", words(**{part: text}))

    assert {one.code: one.what for one in checked[part].hints}[hint] == what
    assert save(nora, **{part: text}).sms == text


def test_dashes_of_a_word_processor_cost_nothing(nora):
    save(nora, sms="«Hei» – vi ses {dag} kl. {klokke}… {lenke}")

    assert sms_of().startswith('"Hei" - vi ses onsdag 4. mars kl. 17.40... http')


class TestProtectedAddress:
    def test_it_always_gets_the_words_of_the_files(self, nora):
        save(nora, sms="{sted}, {gate}, {telefon}, {poststed}: {lenke}")

        assert "Nydalen" in sms_of()
        assert sms_of(protected=True) == default_sms(protected=True)

    def test_so_does_it_in_every_kind_language_and_part(self, nora):
        own = Words(*["{sted} {gate} {postnummer} {poststed} {telefon} {lenke}"] * 3)
        for language in ("nb", "nn", "en"):
            context = {**example(), "protected": True}
            email = render_email(
                kind="booked",
                to=ALICE.email,
                language=language,
                context=context,
                attachments=(),
                reference="1",
                own=own,
            )
            sms = render_sms(
                kind="booked", to=ALICE.phone, language=language, context=context, own=own
            )
            for place in ("Nydal", "0484", "Oslo", "22 00"):
                assert place not in f"{email.subject} {email.body} {sms.text}"


def test_those_the_files_say_something_else_to_get_the_words_of_the_files(nora):
    """A reminder asks who has had a time before to call if it still troubles them."""
    save(nora, kind="reminder_week", sms=f"Om en uke. {SMS}")

    assert sms_of("reminder_week").startswith("Om en uke.")
    assert sms_of("reminder_week", again=True) == default_sms("reminder_week", again=True)
    assert "fortsatt" in sms_of("reminder_week", again=True)


class TestBroken:
    """A text that could be sent when it was saved, and now cannot."""

    def test_a_message_with_no_value_for_a_name_has_the_words_of_the_file(self, nora):
        save(nora, kind="visit_note", sms="Neste gang {dag} kl. {klokke}. {lenke}")

        assert "Neste gang onsdag" in sms_of("visit_note")
        assert sms_of("visit_note", starts_at=None) == default_sms("visit_note", starts_at=None)

    def test_a_name_taken_out_of_the_code_stops_nothing_and_is_told(
        self, nora, monkeypatch, caplog
    ):
        row = save(nora, sms=SMS, subject="Velkommen {dag}")
        assert broken_texts() == []
        monkeypatch.delitem(placeholders.PLACEHOLDERS, "klokke")

        with caplog.at_level(logging.ERROR):
            own = texts_in_force(["booked"])["booked", "nb"]

        assert own == Words(sms="", subject="Velkommen {dag}", email="")
        assert "text sms of booked in nb is broken" in caplog.text
        assert [(one.row_id, one.part) for one in broken_texts()] == [(row.pk, "sms")]

    def test_a_name_that_the_files_of_the_kind_have_no_more_is_told(self, nora):
        row = MessageText.objects.create(
            kind="recall",
            language="nb",
            revision=1,
            sms="Kom {dag} kl. {klokke}",
            changed_by_id=int(nora.id),
            changed_at=NOW,
        )

        assert sms_of("recall", starts_at=None).startswith("Nydalen legesenter vil gjerne")
        assert [(one.row_id, one.part) for one in broken_texts()] == [(row.pk, "sms")]

    def test_a_word_that_has_since_been_forbidden_is_not_sent(self, nora):
        MessageText.objects.create(
            kind="booked",
            language="nb",
            revision=1,
            sms="Vaksinen: {lenke}",
            changed_by_id=int(nora.id),
            changed_at=NOW,
        )

        assert sms_of() == default_sms()

    def test_a_value_that_cannot_be_written_stops_nothing(self, caplog):
        own = Words(sms="Vi er {minutter} min. seine", subject="", email="")

        class Odd:
            def __str__(self):
                raise RuntimeError("Alice, +4740000001")

        context = {**example(), "minutes": Odd()}
        sms = render_sms(kind="booked", to=ALICE.phone, language="nb", context=context, own=own)

        assert sms.text == default_sms()
        assert "RuntimeError" in caplog.text
        assert "Alice" not in caplog.text


def test_a_sweep_reads_all_texts_in_one_query(nora, a_message):
    kinds = ("booked", "reminder", "changed", "cancelled")
    MessageText.objects.bulk_create(
        MessageText(
            kind=kind,
            language=language,
            revision=revision,
            sms=SMS,
            changed_by_id=int(nora.id),
            changed_at=NOW,
        )
        for kind in kinds
        for language in ("nb", "nn", "en")
        for revision in range(1, 5)
    )

    with CaptureQueriesContext(connection) as queries:
        found = texts_in_force(kinds)

    assert len(queries) == 1
    assert len(found) == 12


def test_the_sweep_sends_the_texts(nora, a_message):
    MessageText.objects.create(
        kind="sample",
        language="nb",
        revision=1,
        sms="Velkommen! {lenke}",
        changed_by_id=int(nora.id),
        changed_at=NOW,
    )
    messages = [a_message(subject_id=uuid4()) for _ in range(3)]

    with CaptureQueriesContext(connection) as queries:
        prepared = prepare(messages, now=NOW)

    assert {ready.outgoing.text for ready in prepared.ready} == {
        "Velkommen! https://example.invalid/l/abc-DEF_1/"
    }
    assert len([one for one in queries if "messagetext" in one["sql"]]) == 1


def together(*tasks) -> list[str]:
    """Run tasks at the same moment on connections of their own; return the names of what came."""
    start = Barrier(len(tasks))

    def run(task) -> str:
        connection.ensure_connection()
        try:
            start.wait(timeout=30)
            return type(task()).__name__
        except Exception as error:  # noqa: BLE001
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return sorted(pool.map(run, tasks))


@pytest.fixture
def linger(monkeypatch) -> None:
    """Let the first who has read the newest revision wait for the second to have read it too."""
    read, second = [], Event()

    def linger():
        read.append(1)
        if len(read) > 1:
            second.set()
        second.wait(timeout=PATIENCE)

    monkeypatch.setattr(texts, "record", lambda **given: None)
    really = texts.newest

    def read_and_linger(kind, language):
        found = really(kind, language)
        linger()
        return found

    monkeypatch.setattr(texts, "newest", read_and_linger)


@pytest.fixture
def _no_constraint():
    name, table = "message_text_once_a_revision", "notifications_messagetext"
    with psycopg.connect(**owner_parameters(), autocommit=True) as owner:
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        owner.execute(f"DELETE FROM {table}")
        owner.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (kind, language, revision)"
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("linger")
def test_of_two_editors_who_save_at_once_one_is_told(nora):
    came = together(
        lambda: save(nora, sms=f"Den ene. {SMS}"), lambda: save(nora, sms=f"Den andre. {SMS}")
    )

    assert came == ["ChangedMeanwhileError", "MessageText"]
    assert MessageText.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("linger", "_no_constraint")
def test_control_without_the_constraint_both_are_written(nora):
    """Shows that the race is real: the constraint is what stops it."""
    came = together(
        lambda: save(nora, sms=f"Den ene. {SMS}"), lambda: save(nora, sms=f"Den andre. {SMS}")
    )

    assert came == ["MessageText", "MessageText"]


def test_an_editor_who_has_not_seen_the_newest_is_told(nora):
    save(nora, sms=SMS)

    with pytest.raises(ChangedMeanwhileError):
        save(nora, sms=f"Uten å ha sett det. {SMS}")
    with pytest.raises(ChangedMeanwhileError):
        go_back_to_files(kind="booked", language="nb", seen=0, by=nora, now=NOW)
    assert saved_words(texts.newest("booked", "nb"), "booked", "nb").sms == SMS
