"""The words of the day's advice: what to do in a few, and why in one sentence."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from appointments.domain.day_advice import Act, Why
from care.dayboard.advice import Advised
from care.dayboard.words import Words
from clinics.templatetags.oslo_time import clock

# The colour helps the eye, the words say it.
COLORS = {Act.INVITE: "warning", Act.HOLD: "info", Act.NO_STOCK: "danger", Act.REBOOK: "warning"}

# What is filled in: letter (the vial's), left (its doses), number (people), until, next_at (times).
TITLES: dict[Act, Words] = {
    Act.GIVE: _("Gi neste dose fra hetteglass %(letter)s"),
    Act.OPEN: _("Åpne et nytt glass"),
    Act.HOLD: _("Vent med å åpne et glass til %(until)s"),
    Act.WHOLE_VIAL: _("Siste person i dag: legen kan velge hele glasset"),
    Act.REBOOK: _("Tilby en ny time"),
    Act.NO_STOCK: _("Ingen glass kan åpnes"),
    Act.STANDBY_WAITS: _("La den som kom på kort varsel, vente litt"),
}
GIVE_WHOLE = _("Gi hele hetteglass %(letter)s")
ASK_FIRST = _("Still spørsmålene, og åpne så et nytt glass")
NEXT_UNKNOWN = _("Da kan flere dele glasset.")

REASONS: dict[Why, Words] = {
    Why.UNTOUCHED: _("Ingenting er trukket opp av det, og dosen under huden tar hele glasset."),
    Why.WHOLE_VIAL: _("Den som venter, skal ha dosen under huden, og den tar et helt glass."),
    Why.NOBODY_ELSE: _("Ingen andre er ventet, og den som har time, skal få dosen sin."),
    Why.NOBODY_MISSED: _("Alle som er ventet, rekker dette glasset, som da brukes før %(until)s."),
    Why.NO_GAIN: _("Ingen flere ville rukket glasset om dere ventet litt."),
    Why.REACHES_NEXT: _("Da rekker glasset også den som har time %(next_at)s."),
    Why.LAST_PERSON: _(
        "Glasset går med uansett, og legen kan bestemme at personen får 0,5 ml under huden fra det."
    ),
    Why.NONE_TO_OPEN: _("Ingen lot kan brukes i dag, så meld fra til den som har ansvaret."),
    Why.NEXT_VIAL: _(
        "Ingen dose er til overs ennå, og neste glass åpnes når noen med time er her."
    ),
    Why.NO_NEXT_VIAL: _("Ingen dose er til overs, og ingen flere med time er ventet i dag."),
}


@dataclass(frozen=True)
class AdviceShown:
    """An advice in words. ``key`` names what is to be done."""

    advised: Advised
    key: str
    title: str
    reason: str
    color: str


def in_words(advice: Iterable[Advised]) -> list[AdviceShown]:
    """Put advice into the reader's words, in its order."""
    return [
        AdviceShown(
            advised=one,
            key=one.advice.act.value,
            title=title_of(one),
            reason=reason_of(one),
            color=COLORS.get(one.advice.act, ""),
        )
        for one in advice
    ]


def title_of(advised: Advised) -> str:
    """Say what to do."""
    advice = advised.advice
    if advice.act is Act.INVITE:
        words: Words = ngettext(
            "Inviter %(number)d person på kort varsel",
            "Inviter %(number)d personer på kort varsel",
            advice.number,
        )
    elif advice.act is Act.GIVE and advice.whole:
        words = GIVE_WHOLE
    elif advice.act is Act.OPEN and advised.person and not advised.asked:
        words = ASK_FIRST
    else:
        words = TITLES[advice.act]
    return str(words) % _facts(advised)


def reason_of(advised: Advised) -> str:
    """Say why, in one sentence."""
    why = advised.advice.why
    if why in COUNTED:
        return COUNTED[why](advised) % _facts(advised)
    if why is Why.REACHES_NEXT and advised.next_at is None:
        return str(NEXT_UNKNOWN)
    return str(REASONS[why]) % _facts(advised)


def _facts(advised: Advised) -> dict[str, object]:
    advice = advised.advice
    return {
        "letter": advised.vial.vial.letter if advised.vial else "",
        "left": advice.left,
        "number": advice.number,
        "until": clock(advised.until) if advised.until else "",
        "next_at": clock(advised.next_at) if advised.next_at else "",
    }


def _will_empty(advised: Advised) -> str:
    return ngettext(
        "%(left)d dose er igjen før %(until)s, og %(number)d er her eller ventet innen da, så "
        "glasset går opp.",
        "%(left)d doser er igjen før %(until)s, og %(number)d er her eller ventet innen da, så "
        "glasset går opp.",
        advised.advice.left,
    )


def _expires_first(advised: Advised) -> str:
    return ngettext(
        "Det går ut først av de åpne glassene: %(left)d dose er igjen før %(until)s.",
        "Det går ut først av de åpne glassene: %(left)d doser er igjen før %(until)s.",
        advised.advice.left,
    )


def _left_over(advised: Advised) -> str:
    return ngettext(
        "%(left)d dose er igjen og må brukes før %(until)s.",
        "%(left)d doser er igjen og må brukes før %(until)s.",
        advised.advice.left,
    )


def _fills(_advised: Advised) -> str:
    return gettext("%(number)d er her eller ventet innen %(until)s, så glasset blir fylt.")


def _spare(advised: Advised) -> str:
    return ngettext(
        "%(number)d dose i hetteglass %(letter)s blir nesten helt sikkert til overs, og den må "
        "brukes før %(until)s.",
        "%(number)d doser i hetteglass %(letter)s blir nesten helt sikkert til overs, og de må "
        "brukes før %(until)s.",
        advised.advice.number,
    )


def _below(_advised: Advised) -> str:
    return gettext(
        "Bare %(number)d er her eller ventet til glasset, og stedet har valgt å spare på glassene."
    )


# Those whose words follow a number.
COUNTED: dict[Why, Callable[[Advised], str]] = {
    Why.WILL_EMPTY: _will_empty,
    Why.EXPIRES_FIRST: _expires_first,
    Why.LEFT_OVER: _left_over,
    Why.FILLS: _fills,
    Why.SPARE: _spare,
    Why.BELOW_THRESHOLD: _below,
}
