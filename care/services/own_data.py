"""Everything that is stored about a person, table by table, whichever of their rows it is kept on.

Each table says of each of its fields whether the person is given it, or why not: a test walks the
models, so that a field nobody has thought of is found. What is shown, what is handed out and what
is erased all begin here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Model, Q

from appointments.models import (
    Appointment,
    Displaced,
    MoveAsk,
    NextAnswer,
    Offer,
    OfferSkip,
    WaitingEntry,
)
from care.services.message_people import subjects_of
from care.services.wishes import wishes_of
from eligibility.models import Decision, GroupInterest, ReviewCase, ReviewCaseEvent
from notifications.models import Message
from patients.models import (
    ActivatedBrowser,
    ActivationCode,
    IdentityCheck,
    MessageStop,
    Patient,
    PatientMerge,
    PatientNote,
)
from patients.selectors import same_person_ids
from vaccinations.models import (
    DeviationSeen,
    Dose,
    Reaction,
    ReactionEntry,
    RecallContact,
    RegistryReport,
)

M = TypeVar("M", bound=Model)
KEY = "a key of the database alone"
HASH = "only for look-up; the value itself is given"
NOT_TO_READ = "of a secret that only the person has"
SAME_DAY = "a copy of another field's day"
PERSON = "the person this file is about"
# A check of the wrong person noted what stood in that person's ID.
MAY_BE_ANOTHERS = "a copy of the fields above, to take back a check of somebody else's ID"


@dataclass(frozen=True)
class Table:
    """A table with rows about people.

    ``of`` are the ways from a row to its patient, "" where the row is the patient. ``given`` are
    the fields that a person gets, ``left_out`` the others, each with the reason.
    """

    model: type[Model]
    name: str
    of: tuple[str, ...]
    order: str
    given: tuple[str, ...]
    left_out: Mapping[str, str] = field(default_factory=dict)
    with_it: tuple[str, ...] = ()

    def rows(self, patient_ids: Sequence[UUID]) -> list[Model]:
        """Return what is stored about a person's rows, the newest first; one query."""
        mine = Q()
        for path in self.of:
            mine |= Q(**{f"{path}__in" if path else "pk__in": patient_ids})
        found = self.model._default_manager.filter(mine)  # noqa: SLF001
        return list(found.select_related(*self.with_it).order_by(f"-{self.order}", "pk"))


TABLES: tuple[Table, ...] = (
    Table(
        Patient,
        "person",
        ("",),
        "created_at",
        (
            "given_name",
            "family_name",
            "birth_date",
            "id_kind",
            "id_number",
            "id_seen_at",
            "no_number_why",
            "call_name",
            "phone",
            "email",
            "contact_by",
            "language",
            "any_hour",
            "interpreter",
            "protected_address",
            "created_at",
        ),
        {
            "id": KEY,
            "person_id": KEY,
            "merged_into": KEY,
            "has_duplicates": "follows from the merges",
            "birth_date_hash": HASH,
            "id_number_hash": HASH,
            "phone_hash": HASH,
            "email_hash": HASH,
        },
    ),
    Table(
        IdentityCheck,
        "identity_checks",
        ("patient",),
        "checked_at",
        ("visit_id", "document", "checked_by", "checked_at", "undone_at"),
        {"id": KEY, "patient": PERSON, "before": MAY_BE_ANOTHERS, "after": MAY_BE_ANOTHERS},
        ("checked_by",),
    ),
    Table(
        PatientMerge,
        "merges",
        ("kept", "dropped"),
        "merged_at",
        ("reason", "merged_by", "merged_at", "undo_reason", "undone_by", "undone_at"),
        {
            "id": KEY,
            "kept": "a key; what it names is in this file, or is another person",
            "dropped": "a key; what it names is in this file, or is another person",
        },
        ("merged_by", "undone_by"),
    ),
    Table(
        PatientNote,
        "notes",
        ("patient",),
        "written_at",
        ("text", "written_by", "written_at", "withdrawn_at", "withdrawn_by"),
        {"id": KEY, "patient": PERSON, "clinic_id": "follows from who wrote it"},
        ("written_by", "withdrawn_by"),
    ),
    Table(
        MessageStop,
        "message_stops",
        ("patient",),
        "stopped_at",
        ("channel", "stopped_at", "ended_at"),
        {"id": KEY, "patient": PERSON},
    ),
    Table(
        ActivationCode,
        "activation_codes",
        ("patient",),
        "made_at",
        ("id", "made_by", "made_at", "expires_at", "used_at", "ended_at"),
        {
            "patient": PERSON,
            "clinic_id": "follows from who handed it over",
            "code_hash": NOT_TO_READ,
            "attempts_left": "of no use once it is used or ended",
        },
        ("made_by",),
    ),
    Table(
        ActivatedBrowser,
        "activated_browsers",
        ("patient",),
        "created_at",
        ("code", "name", "created_at", "used_at", "ended_at"),
        {
            "id": KEY,
            "patient": PERSON,
            "secret_hash": NOT_TO_READ,
            "pin_hash": NOT_TO_READ,
            "attempts_left": "how many wrong PINs it takes",
        },
    ),
    Table(
        Decision,
        "decisions",
        ("patient",),
        "made_at",
        (
            "id",
            "source",
            "rule_set",
            "assessed_on",
            "outcome",
            "indication",
            "priority_group",
            "setting",
            "course",
            "reasons",
            "advice",
            "flags",
            "previous_doses",
            "decided_by",
            "approved_route",
            "interval_override_days",
            "made_at",
            "group_dropped_at",
        ),
        {"patient": PERSON},
        ("decided_by",),
    ),
    Table(
        ReviewCase,
        "review_cases",
        ("patient",),
        "opened_at",
        (
            "id",
            "clinic",
            "decision",
            "kind",
            "sent",
            "note",
            "exposed_on",
            "window",
            "prevents_until",
            "deadline",
            "high_risk",
            "state",
            "claimed_by",
            "claimed_at",
            "decided_by",
            "hpr_number",
            "decided_at",
            "reason",
            "reason_shown",
            "outcome",
            "opened_at",
            "closed_at",
        ),
        {"patient": PERSON},
        ("clinic", "claimed_by", "decided_by"),
    ),
    Table(
        ReviewCaseEvent,
        "review_case_events",
        ("case__patient",),
        "at",
        ("case", "at", "by", "action", "note"),
        {"id": KEY},
        ("by",),
    ),
    Table(
        Dose,
        "doses",
        ("patient",),
        "given_at",
        (
            "id",
            "vial",
            "lot",
            "vaccinator",
            "dose_number",
            "indication",
            "route",
            "volume_ml",
            "site",
            "given_at",
            "recorded_at",
            "lot_number",
            "lot_expires_on",
            "use_before",
            "previous_dose_on",
            "within_limits",
            "override_by",
            "override_reason",
            "deviation",
            "deviation_reason",
            "voided_at",
            "voided_by",
            "void_reason",
            "replaces",
        ),
        {"patient": PERSON, "standing_order": "the clinic's own order, the same for everybody"},
        ("vial__clinic", "lot__product", "vaccinator", "override_by", "voided_by"),
    ),
    Table(
        DeviationSeen,
        "deviations_seen",
        ("dose__patient",),
        "seen_at",
        ("dose", "seen_at", "seen_by", "comment"),
        {"id": KEY},
        ("seen_by",),
    ),
    Table(
        RegistryReport,
        "registry_reports",
        ("dose__patient",),
        "at",
        (
            "dose",
            "kind",
            "registered_on",
            "reference",
            "by",
            "at",
            "taken_back_at",
            "taken_back_by",
        ),
        {"id": KEY},
        ("by", "taken_back_by", "dose"),
    ),
    Table(
        Reaction,
        "reactions",
        ("patient",),
        "onset_at",
        (
            "id",
            "dose",
            "kind",
            "onset_at",
            "onset_has_time",
            "description",
            "treatment",
            "seriousness",
            "outcome",
            "recorded_by",
            "recorded_at",
            "ended_at",
            "ended_by",
            "replaces",
            "reported_on",
            "reported_through",
            "report_reference",
            "reported_by",
            "reported_at",
        ),
        {"patient": PERSON},
        ("dose__vial__clinic", "recorded_by", "ended_by", "reported_by"),
    ),
    Table(
        ReactionEntry,
        "reaction_entries",
        ("reaction__patient",),
        "at",
        ("reaction", "step", "text", "at", "by"),
        {"id": KEY},
        ("by",),
    ),
    Table(
        RecallContact,
        "recalls",
        ("patient",),
        "made_at",
        ("recall", "made_at", "told_at", "told_by"),
        {"id": KEY, "patient": PERSON},
        ("recall__lot", "told_by"),
    ),
    Table(
        Appointment,
        "appointments",
        ("patient",),
        "slot__starts_at",
        (
            "id",
            "slot",
            "standby",
            "walk_in",
            "movable_bands",
            "status",
            "not_before",
            "dose_number",
            "route",
            "decision",
            "booked_at",
            "sequence",
            "moved_at",
            "told_time",
            "told_time_of",
            "arrived_at",
            "id_seen_by",
            "arrival_assumed",
            "informed_at",
            "informed_by",
            "ended_at",
            "end_reason",
            "end_note",
            "call_back",
            "dose",
            "fee",
            "observe_until",
            "released_at",
            "released_by",
        ),
        {
            "patient": PERSON,
            "seat": "a number among the places of a time",
            "date": SAME_DAY,
            "browser_hash": "of a browser, while a time is held; then empty",
            "held_until": "while a time is held by a browser; then empty",
        },
        ("slot__session__clinic", "id_seen_by", "informed_by", "released_by"),
    ),
    Table(
        Displaced,
        "times_changed_by_the_clinic",
        ("appointment__patient",),
        "made_at",
        (
            "appointment",
            "was_at",
            "became_at",
            "made_at",
            "to_call",
            "end",
            "ended_at",
            "ended_by",
        ),
        {"id": KEY, "sequence": "counts the moves of a time"},
        ("ended_by",),
    ),
    Table(
        MoveAsk,
        "questions_about_another_time",
        ("appointment__patient",),
        "asked_at",
        ("appointment", "from_slot", "to_slot", "asked_at", "answered_at", "state"),
        {"id": KEY, "repair": "the planning of a day, about nobody in particular"},
        ("from_slot__session__clinic", "to_slot__session__clinic"),
    ),
    Table(
        WaitingEntry,
        "waiting_lists",
        ("patient",),
        "joined_at",
        (
            "id",
            "clinic",
            "decision",
            "dose_number",
            "route",
            "not_before",
            "wants_time",
            "standby",
            "weekdays",
            "bands",
            "until",
            "eta_minutes",
            "quiet_from",
            "quiet_until",
            "joined_at",
            "ended_at",
            "end",
        ),
        {"patient": PERSON},
        ("clinic",),
    ),
    Table(
        Offer,
        "offers",
        ("entry__patient",),
        "made_at",
        (
            "entry",
            "session",
            "kind",
            "appointment",
            "made_at",
            "answer_by",
            "come_by",
            "state",
            "ended_at",
        ),
        {"id": KEY, "vial": "which vial a dose was left in, about nobody in particular"},
        ("session__clinic",),
    ),
    Table(
        OfferSkip,
        "offers_passed_over",
        ("entry__patient",),
        "skipped_at",
        ("entry", "session", "kind", "reason", "skipped_at"),
        {"id": KEY},
        ("session__clinic",),
    ),
    Table(
        NextAnswer,
        "answers_about_the_next_dose",
        ("patient",),
        "said_at",
        ("clinic", "said", "said_at", "end", "ended_at", "ended_by"),
        {"id": KEY, "patient": PERSON},
        ("clinic", "ended_by"),
    ),
)

# Messages name nobody: whose they are is found through what they are about.
MESSAGES = Table(
    Message,
    "messages",
    (),
    "due_at",
    (
        "kind",
        "channel",
        "subject_id",
        "clinic",
        "occasion",
        "round",
        "due_at",
        "state",
        "fate",
        "attempts",
        "attempt_started_at",
        "provider_reference",
        "created_at",
        "ended_at",
        "delivered_at",
        "handled_at",
        "handled_by",
    ),
    {"id": KEY, "lease_until": "while a message is being sent; then empty"},
)

# A wish has a contact and no name: whose it is, is found by the contact. Ended, it is nobody's.
WISHES = Table(
    GroupInterest,
    "wishes_to_be_told",
    (),
    "consented_at",
    ("clinic", "contact", "language", "consented_at", "told_at"),
    {
        "id": KEY,
        "priority_group": "a telephone may be shared: who asked need not be who reads this",
        "contact_hash": HASH,
        "ended_at": "it waits: what has ended has no contact any more",
        "end": "it waits: what has ended has no contact any more",
    },
)


@dataclass(frozen=True)
class OwnData:
    """What is stored about one person. ``rows`` are the keys of all rows of theirs."""

    person: Patient
    rows: tuple[UUID, ...]
    subjects: tuple[UUID, ...]
    found: Mapping[type[Model], list[Model]]

    def of(self, model: type[M]) -> list[M]:
        """Return the rows of a table, the newest first."""
        return cast("list[M]", self.found[model])


def own_data(patient_id: UUID) -> OwnData:
    """Read everything that is stored about the person of a row: a query a table, and four.

    Raises Patient.DoesNotExist.
    """
    rows = same_person_ids(patient_id)
    found: dict[type[Model], list[Any]] = {table.model: table.rows(rows) for table in TABLES}
    kept = [one for one in found[Patient] if one.merged_into_id is None]
    if not kept:
        raise Patient.DoesNotExist
    found[GroupInterest] = wishes_of(found[Patient])
    subjects = subjects_of(rows)
    found[Message] = list(
        Message.objects.filter(subject_id__in=subjects)
        .select_related("clinic", "handled_by")
        .order_by("-due_at", "pk")
    )
    return OwnData(person=kept[0], rows=tuple(rows), subjects=tuple(subjects), found=found)
