"""What is always true of patients, and of the codes and links they are sent."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q

from clinics.models import Clinic
from encryption.integrity import opened
from integrity.invariants import Fault, Invariants
from integrity.rows import groups, rows, table_of
from patients.models import (
    BIRTH_DATE,
    EMAIL,
    ID_NUMBER,
    PHONE,
    IdentityCheck,
    LinkToken,
    MessageStop,
    OneTimeCode,
    Patient,
    PatientMerge,
    PatientNote,
)
from patients.services.links import KEPT_AFTER_END

INVARIANTS = Invariants()
# The sweep runs every hour; a missed one is no fault.
SWEEP_GRACE = timedelta(hours=3)


@INVARIANTS.add("patient.words", "A patient's language and the kind of their number are known")
def find_unknown_words(now: datetime) -> Iterator[Fault]:
    languages = [code for code, _name in settings.LANGUAGES]
    known = Q(language__in=languages, id_kind__in=Patient.IdKind.values)
    yield from rows(Patient.objects.exclude(known), "language or kind of number is not known")


@INVARIANTS.add("patient.reachable", "Whoever is to be reached by a channel gave an address for it")
def find_unreachable(now: datetime) -> Iterator[Fault]:
    by = Patient.ContactBy
    reachable = (
        Q(contact_by=by.NONE)
        | (Q(contact_by__in=[by.SMS, by.BOTH]) & ~Q(phone_hash=""))
        | (Q(contact_by=by.EMAIL) & ~Q(email_hash=""))
    ) & ~Q(contact_by=by.BOTH, email_hash="")
    yield from rows(Patient.objects.exclude(reachable), "no address for {contact_by}")


@INVARIANTS.add("patient.number", "A patient has a number just when its kind says so")
def find_odd_numbers(now: datetime) -> Iterator[Fault]:
    none = Patient.IdKind.NONE
    odd = (Q(id_kind=none) & ~Q(id_number_hash="")) | (~Q(id_kind=none) & Q(id_number_hash=""))
    yield from rows(Patient.objects.filter(odd), "kind {id_kind}, and the number does not fit that")


@INVARIANTS.add("patient.no_number", "Why there is no number stands only where there is none")
def find_reasons_beside_numbers(now: datetime) -> Iterator[Fault]:
    known = Q(no_number_why__in=["", *Patient.NoNumber.values])
    odd = ~known | (~Q(no_number_why="") & ~Q(id_number_hash=""))
    yield from rows(Patient.objects.filter(odd), "{no_number_why}, and the number is there")


@INVARIANTS.add("identity.words", "The kind of an ID that was seen is known")
def find_unknown_documents(now: datetime) -> Iterator[Fault]:
    odd = IdentityCheck.objects.exclude(document__in=IdentityCheck.Document.values)
    yield from rows(odd, "the kind is not known")


@INVARIANTS.add("identity.undone", "An ID check is taken back after it was made")
def find_undone_before(now: datetime) -> Iterator[Fault]:
    odd = IdentityCheck.objects.filter(undone_at__lt=F("checked_at"))
    yield from rows(odd, "made {checked_at}, taken back {undone_at}")


@INVARIANTS.add("patient.one_per_number", "A number that was seen in an ID is one patient's")
def find_shared_numbers(now: datetime) -> Iterator[Fault]:
    seen = Patient.objects.filter(id_seen_at__isnull=False, merged_into=None)
    shared = (
        seen.exclude(id_number_hash="")
        .values("id_number_hash")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(shared, "{times} patients were seen with one number: merge them")


@INVARIANTS.add("patient.hashes", "The look-up hashes are those of the encrypted values")
def find_wrong_hashes(now: datetime) -> Iterator[Fault]:
    encrypted = ("phone", "email", "id_number", "birth_date")
    hashes = tuple(f"{name}_hash" for name in encrypted)
    for row, _unreadable in opened(Patient.objects.all(), *hashes, encrypted=encrypted):
        # What no key opens is another invariant's fault.
        wrong = [name for name in encrypted if name in row and not _is_hash(row, name)]
        if wrong:
            what = f"the hash of {', '.join(wrong)} is not that of the value"
            yield Fault(table_of(Patient), (str(row["pk"]),), what)


_LOOKUPS = {"phone": PHONE, "email": EMAIL, "birth_date": BIRTH_DATE, "id_number": ID_NUMBER}


def _is_hash(row: dict[str, Any], name: str) -> bool:
    """Tell whether a value's hash is its own, under any key; "" for no value."""
    return row[f"{name}_hash"] in (_LOOKUPS[name].hashes(row[name]) or [""])


@INVARIANTS.add("patient.merges_end", "Following merged patients ends at one who is not merged")
def find_endless_merges(now: datetime) -> Iterator[Fault]:
    merged = dict(
        Patient.objects.exclude(merged_into=None).order_by("pk").values_list("pk", "merged_into_id")
    )
    ending = set()
    for start in merged:
        seen, at = [], start
        while at in merged and at not in ending and at not in seen:
            seen.append(at)
            at = merged[at]
        if at in seen:
            what = "merged into others in a circle"
            yield Fault(table_of(Patient), (str(start),), what)
        else:
            ending.update(seen)


@INVARIANTS.add(
    "merge.one_step", "A duplicate leads to a row that is kept itself, which knows of it"
)
def find_wrong_merges(now: datetime) -> Iterator[Fault]:
    merged = Patient.objects.exclude(merged_into=None)
    chained = merged.exclude(merged_into__merged_into=None)
    yield from rows(chained, "merged into one that is merged itself")
    has_some = Exists(Patient.objects.filter(merged_into=OuterRef("pk")))
    unknowing = Patient.objects.filter(Q(has_duplicates=False) & has_some)
    unknowing |= Patient.objects.filter(Q(has_duplicates=True) & ~has_some)
    yield from rows(unknowing, "has duplicates, and does not know, or knows of none")


@INVARIANTS.add("merge.signed", "Whoever merged two rows is on record, and for what is merged only")
def find_unsigned_merges(now: datetime) -> Iterator[Fault]:
    standing = PatientMerge.objects.filter(undone_at=None)
    own = standing.filter(dropped=OuterRef("pk"), kept=OuterRef("merged_into"))
    unsigned = Patient.objects.exclude(merged_into=None).filter(~Exists(own))
    yield from rows(unsigned, "merged, and nobody is on record for it")
    parted = standing.exclude(dropped__merged_into=F("kept"))
    yield from rows(parted, "on record as merged, and is not")
    undone = Q(undone_at=None, undone_by=None, undo_reason="") | (
        Q(undone_at__gte=F("merged_at"), undone_by__isnull=False) & ~Q(undo_reason="")
    )
    yield from rows(PatientMerge.objects.exclude(undone), "undone, and time and name do not fit")


@INVARIANTS.add("merge.numbers", "Two rows of one person were not seen with different numbers")
def find_merged_strangers(now: datetime) -> Iterator[Fault]:
    seen = Patient.objects.filter(id_seen_at__isnull=False).exclude(id_number_hash="")
    other = seen.filter(merged_into__isnull=False).exclude(
        merged_into__id_seen_at__isnull=False, merged_into__id_number_hash=F("id_number_hash")
    )
    # Hashed with two keys, one number looks like two.
    apart = [row.pk for row in other.select_related("merged_into") if not _one_number(row)]
    what = "was seen with a number that the row it is merged into lacks"
    yield from rows(Patient.objects.filter(pk__in=apart), what)


def _one_number(row: Patient) -> bool:
    hashes = {row.id_number_hash, row.kept.id_number_hash}
    return bool(row.kept.id_seen_at) and hashes <= set(ID_NUMBER.hashes(row.id_number))


@INVARIANTS.add("note.withdrawn", "A note is withdrawn by somebody, after it was written, or not")
def find_unsigned_withdrawals(now: datetime) -> Iterator[Fault]:
    fits = Q(withdrawn_at=None, withdrawn_by=None) | Q(
        withdrawn_at__gte=F("written_at"), withdrawn_by__isnull=False
    )
    odd = PatientNote.objects.exclude(fits)
    yield from rows(odd, "time and name of the withdrawal do not fit")


@INVARIANTS.add("note.clinic", "A note belongs to a clinic that there is")
def find_lost_notes(now: datetime) -> Iterator[Fault]:
    known = Clinic.objects.values("pk")
    yield from rows(PatientNote.objects.exclude(clinic_id__in=known), "clinic {clinic_id}")


@INVARIANTS.add("stop.fits", "A stop is for a channel there is, and ends after it began")
def find_odd_stops(now: datetime) -> Iterator[Fault]:
    fits = Q(ended_at=None) | Q(ended_at__gte=F("stopped_at"))
    odd = MessageStop.objects.exclude(fits, channel__in=["sms", "email"])
    yield from rows(odd, "{channel}, from {stopped_at} to {ended_at}")


@INVARIANTS.add("stop.once", "A row has one stop on a channel at a time")
def find_double_stops(now: datetime) -> Iterator[Fault]:
    doubles = (
        MessageStop.objects.filter(ended_at=None)
        .values("patient", "channel")
        .annotate(ids=ArrayAgg("pk"), times=Count("pk"))
        .filter(times__gt=1)
    )
    yield from groups(doubles, "{channel} is stopped {times} times")


@INVARIANTS.add("code.forgotten", "One-time codes that ran out are deleted")
def find_old_codes(now: datetime) -> Iterator[Fault]:
    old = OneTimeCode.objects.filter(expires_at__lte=now - SWEEP_GRACE)
    yield from rows(old, "ran out and is still there: does the worker run?")


@INVARIANTS.add("link.forgotten", "Links are deleted 30 days after they ended")
def find_old_links(now: datetime) -> Iterator[Fault]:
    old = LinkToken.objects.filter(expires_at__lte=now - KEPT_AFTER_END - SWEEP_GRACE)
    yield from rows(old, "ended long ago and is still there: does the worker run?")
