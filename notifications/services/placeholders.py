"""The names that an edited text can use, what each is filled with, and values to show them by."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.domain.calendar import OSLO
from clinics.templatetags.oslo_time import clock, day


@dataclass(frozen=True)
class Placeholder:
    """A name, what it means, and how its value is found in the context of a message.

    ``source`` is a key of the context; the value is what is there, or an ``attribute`` of it.
    """

    name: str
    meaning: str | Promise
    source: str
    write: Callable[[Any], str] = str
    attribute: str = ""


_ALL = (
    Placeholder("dag", _("dagen timen er, som «mandag 2. mars»"), "starts_at", day),
    Placeholder("klokke", _("klokkeslettet timen er, som «17.40»"), "starts_at", clock),
    Placeholder("ny_dag", _("dagen det spørres om i stedet"), "instead_at", day),
    Placeholder("ny_klokke", _("klokkeslettet det spørres om i stedet"), "instead_at", clock),
    Placeholder("kom_dag", _("dagen personen må være der"), "come_by", day),
    Placeholder("kom_klokke", _("klokkeslettet personen må være der"), "come_by", clock),
    Placeholder("svar_dag", _("dagen det må svares innen"), "answer_by", day),
    Placeholder("svar_klokke", _("klokkeslettet det må svares innen"), "answer_by", clock),
    Placeholder("minutter", _("antall minutter"), "minutes"),
    Placeholder("sted", _("stedets nøytrale navn"), "clinic", attribute="discreet_name"),
    Placeholder("gate", _("stedets gateadresse"), "clinic", attribute="street"),
    Placeholder("postnummer", _("stedets postnummer"), "clinic", attribute="postal_code"),
    Placeholder("poststed", _("stedets poststed"), "clinic", attribute="city"),
    Placeholder("telefon", _("stedets telefonnummer"), "clinic", attribute="phone"),
    Placeholder(
        "telefontid", _("stedets telefontid; kan være tom"), "clinic", attribute="phone_hours"
    ),
    Placeholder("lenke", _("lenken til personens egen side"), "link"),
)
PLACEHOLDERS: dict[str, Placeholder] = {one.name: one for one in _ALL}
# What the files say differently to some: their messages always have the words of the files, for
# an edited text has no conditions. Any flag that is true means so, named here or not.
VARIANTS: dict[str, str | Promise] = {
    "protected": _("Til en skjermet adresse"),
    "again": _("Til den som har hatt time før"),
}

# A clinic for examples. It is nobody's.
_PLACE = SimpleNamespace(
    discreet_name="Nydalen legesenter",
    street="Nydalsveien 1",
    postal_code="0484",
    city="Oslo",
    phone="22 00 00 00",
    phone_hours="Hverdager 9–15.",
)
# Two days and a time of day for each moment, so that it is seen which is which.
_STARTS_AT = datetime(2026, 3, 4, 17, 40, tzinfo=OSLO)


def example() -> dict[str, Any]:
    """Return the context of a message that nobody gets, for previews and checks."""
    return {
        "starts_at": _STARTS_AT,
        "instead_at": _STARTS_AT.replace(hour=18, minute=10),
        "come_by": _STARTS_AT.replace(hour=18, minute=20),
        "answer_by": _STARTS_AT.replace(day=3, hour=12, minute=0),
        "minutes": 30,
        "clinic": _PLACE,
        # As long as real ones: a path and a token of 16 bytes.
        "link": f"{settings.PUBLIC_URL}/l/1BGd9x2hQ3uYwZrT8vKcMA/",
        **dict.fromkeys(VARIANTS, False),
    }


def example_stop_page() -> str:
    """Return an address as long as those where a person stops messages of a kind."""
    return f"{settings.PUBLIC_URL}/stopp/1BGd9x2hQ3uYwZrT8vKcMA/"


def long_example() -> dict[str, Any]:
    """Return the same with the longest name and address that a place may have."""
    place = {
        "discreet_name": "Nydalen og omegn legesenter og helsestasjon, avdeling Storo 2",
        "street": "Professor Birkelands vei 24 B, inngang fra gårdsplassen, 2. etasje",
    }
    clinic = SimpleNamespace(**{**vars(_PLACE), **place})
    return {**example(), "clinic": clinic, "starts_at": _STARTS_AT.replace(month=9, day=26)}


def has_words_of_its_own(context: Mapping[str, Any]) -> bool:
    """Tell whether the files say something different in a message with this context."""
    return any(value is True for value in context.values())


class Values(Mapping[str, str]):
    """The values of the placeholders for one message, found when they are asked for.

    A name that the message has no value for is not there. To be read in the language that the
    message is written in.
    """

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._context = context

    def __getitem__(self, name: str) -> str:
        """Write a value; raises ``KeyError`` for an unknown name and where there is none."""
        placeholder = PLACEHOLDERS[name]
        found = self._context.get(placeholder.source)
        if found is not None and placeholder.attribute:
            found = getattr(found, placeholder.attribute)
        if found is None:
            raise KeyError(name)
        return placeholder.write(found)

    def __iter__(self) -> Iterator[str]:
        """Name all that there are values for."""
        return (name for name in PLACEHOLDERS if self.get(name) is not None)

    def __len__(self) -> int:
        """Count them."""
        return sum(1 for _name in self)
