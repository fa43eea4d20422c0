"""What became of a message, in words: what it means, and what to do about it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications.domain.retrying import Fate
from notifications.models import Message
from notifications.services.registry import Kind, UnknownKindError, kind_named

Words = str | Promise


@dataclass(frozen=True)
class FateWords:
    """What happened, and what staff should do; "" when there is nothing to do."""

    meaning: Words
    remedy: Words = ""


_CALL = _("Ring personen. Finn timen nedenfor, og åpne personen på tavlen.")
_CONTACT = _(
    "Ring personen og rett kontaktopplysningene, eller avtal en annen måte å få beskjed på. Send "
    "så på nytt."
)
_TELL_IT = _("Meld fra til dem som drifter systemet. Ring personen hvis det haster.")

FATES: dict[str, FateWords] = {
    Fate.NO_ADDRESS: FateWords(
        _("Personen har ikke oppgitt noe å sende til på denne kanalen."), _CONTACT
    ),
    Fate.UNKNOWN_KIND: FateWords(_("Systemet kjenner ikke denne typen melding."), _TELL_IT),
    Fate.UNRESOLVED: FateWords(_("Systemet fant ikke ut hva meldingen skulle si."), _TELL_IT),
    Fate.UNWRITTEN: FateWords(_("Systemet klarte ikke å skrive meldingen."), _TELL_IT),
    Fate.REFUSED: FateWords(
        _("Mottakeren finnes ikke, eller tar ikke imot meldinger fra oss."), _CONTACT
    ),
    Fate.UNDELIVERED: FateWords(
        _("Telefonen kunne ikke nås: nummeret er feil, sperret, eller telefonen var av for lenge."),
        _CONTACT,
    ),
    Fate.UNREACHABLE: FateWords(
        _("Tjenesten som sender meldinger, svarte ikke."),
        _("Send på nytt når tjenesten virker igjen. Ring personen hvis det haster."),
    ),
    Fate.ELSEWHERE: FateWords(
        _("Personen får nå meldinger på en annen måte. Den ble sendt dit i stedet.")
    ),
    Fate.STOPPED: FateWords(
        _("Personen har stoppet slike meldinger."), _("Ring personen hvis det er viktig.")
    ),
    Fate.HELD: FateWords(
        _("Det var natt eller helligdag. Den sendes når det er greit å forstyrre."),
        _("Ring personen hvis det haster."),
    ),
    Fate.INTERRUPTED: FateWords(
        _("Forbindelsen ble brutt mens meldingen ble sendt. Den kan ha kommet fram."),
        _("Ring personen, eller send på nytt: da kan personen få den to ganger."),
    ),
}

_STATES: dict[str, FateWords] = {
    Message.State.WAITING: FateWords(_("Den sendes når tiden er inne.")),
    Message.State.CLAIMED: FateWords(_("Den sendes nå.")),
    Message.State.SENT: FateWords(_("Den er levert til tjenesten som sender meldinger.")),
    Message.State.SKIPPED: FateWords(_("Den var ikke nødvendig lenger.")),
    Message.State.FAILED: FateWords(_("Den nådde ikke fram."), _CALL),
    Message.State.UNKNOWN: FATES[Fate.INTERRUPTED],
}

# Why the outbox itself found that one was not necessary; all other reasons are its kind's.
_SKIPPED_BY_US = frozenset({Fate.ELSEWHERE, Fate.STOPPED})
NOT_ENDED = frozenset({Message.State.WAITING, Message.State.CLAIMED})


def kind_of(message: Message) -> Kind | None:
    """Return a message's kind; None when this process does not know it."""
    try:
        return kind_named(message.kind)
    except UnknownKindError:
        return None


def kind_in_words(message: Message) -> Words:
    """Name a message's kind; its code when it has no name."""
    kind = kind_of(message)
    return kind.name if kind and kind.name else message.kind


def fate_in_words(message: Message) -> FateWords:
    """Say what became of a message."""
    if message.state == Message.State.SKIPPED and message.fate not in _SKIPPED_BY_US:
        kind = kind_of(message)
        reason = kind.reasons.get(message.fate) if kind else None
        return FateWords(reason) if reason else _STATES[message.state]
    if message.delivered_at:
        return FateWords(_("Den har kommet fram til telefonen."))
    known = FATES.get(message.fate)
    if known is None:
        return _STATES[message.state]
    if known is not FATES[Fate.HELD] and message.state in NOT_ENDED:
        # It is tried again by itself.
        return FateWords(known.meaning, _("Systemet prøver igjen av seg selv."))
    return known


def reason_in_words(message: Message, code: str) -> Words:
    """Say why a message would not be sent: by its kind's words, or the outbox's own."""
    kind = kind_of(message)
    words = kind.reasons.get(code) if kind else None
    known = FATES.get(code)
    return words or (known.meaning if known else code)


def kind_code_in_words(code: str) -> Words:
    """Name a kind by its code."""
    return kind_in_words(Message(kind=code))


def code_in_words(code: str) -> Words:
    """Say what a fate of the outbox's own means; the code itself when it has no words."""
    known = FATES.get(code)
    return known.meaning if known else code
