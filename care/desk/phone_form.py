"""The one form in which staff book for somebody on the phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appointments.selectors.places import Place, SessionPlaces
from care.desk.phone_fields import YES, BirthDateField, initial_of, reach_fields, who_fields
from care.desk.phone_questions import NUMBER, Told, ask_first, question_fields, told_in
from care.services.phone_booking import Caller
from clinics.templatetags.oslo_time import clock, day
from eligibility.domain.steps import Step
from eligibility.forms.told_doses import ToldDosesForm
from patients.models import Patient

# Days with free times that are shown at once.
DAYS = 5
# Days that a button each leads to.
DAYS_TO_CHOOSE = 14
_NO_TIME = _("Velg en tid.")


@dataclass(frozen=True)
class TimeShown:
    """A free time as a choice."""

    value: str
    clock: str
    is_chosen: bool


@dataclass(frozen=True)
class DayShown:
    """A day's free times. Those that share a planned vial are offered first."""

    date: date
    words: str
    sharing: list[TimeShown]
    others: list[TimeShown]


class PhoneForm(forms.Form):
    """Who, what is answered, and when. ``known`` people have a name; ``asks`` for the answers."""

    marks_optional = False
    told: Told | None = None

    def __init__(
        self, data: QueryDict | None, *, today: date, known: Patient | None, asks: bool
    ) -> None:
        super().__init__(data, initial=initial_of(known) if known else None)
        self.today, self.known, self.asks = today, known, asks
        self.fields.update({} if known else who_fields())
        self.fields.update(reach_fields())
        if asks:
            self.fields.update(question_fields())
        self.fields["slot"] = forms.CharField(
            label=_("Tid"), error_messages={"required": _NO_TIME}, max_length=40
        )
        self.fields["slot"].error_messages["max_length"] = _NO_TIME
        born = self.fields.get("birth_date")
        if isinstance(born, BirthDateField):
            born.today = today

    def clean_slot(self) -> UUID:
        """Return the slot's key; what is no key is no time."""
        try:
            return UUID(self.cleaned_data["slot"])
        except ValueError:
            raise forms.ValidationError(_NO_TIME) from None

    def clean(self) -> dict[str, Any]:
        """Check that somebody can be reached, and that what the rules ask is answered."""
        cleaned = self.cleaned_data
        if cleaned.get("contact") and cleaned.get("no_contact"):
            self.add_error(
                "no_contact",
                _("Du har skrevet hvordan personen nås. Ta bort krysset, eller tøm feltet."),
            )
        elif "contact" in cleaned and not cleaned["contact"] and not cleaned.get("no_contact"):
            self.add_error(
                "contact",
                _(
                    "Skriv et mobilnummer eller en e-postadresse, eller kryss av for at personen "
                    "ikke har noen av delene."
                ),
            )
        born = self.known.birth_date if self.known else cleaned.get("birth_date")
        if self.asks and born:
            self._read_answers(born)
        return cleaned

    def _read_answers(self, born: date) -> None:
        cleaned = self.cleaned_data
        doses = ToldDosesForm(self.data, told=None, born=born, today=self.today)
        if cleaned.get(NUMBER) and not doses.is_valid():
            for name, errors in doses.errors.as_data().items():
                if name in self.fields and name not in self.errors:
                    self.add_error(name, errors)
        self._check_exposure(born)
        told = told_in(self.cleaned_data, born=born, doses=doses)
        self.told = told
        # With an answer that cannot be read, that one is to be put right first.
        if told.missing and told.missing not in self.errors and not self._wrong_answers():
            self.add_error(told.missing, ask_first(told.missing))

    def _check_exposure(self, born: date) -> None:
        exposed_on = self.cleaned_data.get(Step.EXPOSED_ON.value)
        if exposed_on and exposed_on > self.today:
            self.add_error(Step.EXPOSED_ON.value, _("Datoen kan ikke være fram i tid"))
        elif exposed_on and exposed_on < born:
            self.add_error(Step.EXPOSED_ON.value, _("Datoen må være etter at personen ble født."))

    def _wrong_answers(self) -> set[str]:
        return set(self.errors) & set(question_fields())

    @property
    def lacks_only_answers(self) -> bool:
        """Whether the person is written down, and nothing is asked yet but the birth date."""
        who = {"given_name", "family_name", "birth_date"}
        asked = self.told is None or len(self.told.given) > 1
        return not asked and not who & set(self.errors)

    def caller(self) -> Caller:
        """Return who calls; only after ``is_valid()``."""
        cleaned, known = self.cleaned_data, self.known
        return Caller(
            given_name=known.given_name if known else cleaned["given_name"],
            family_name=known.family_name if known else cleaned["family_name"],
            born=known.birth_date if known else cleaned["birth_date"],
            contact=cleaned["contact"],
            language=cleaned["language"],
            interpreter=cleaned["interpreter"],
            protected_address=cleaned["protected_address"] == YES,
            patient_id=known.pk if known else None,
        )

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields of the questions."""
        names = question_fields() if self.asks else {}
        return [self[name] for name in names]


def as_typed(form: PhoneForm, data: QueryDict) -> dict[str, Any]:
    """Return what stands in the fields of a posted form, to show it again without judging it."""
    several = (forms.MultipleChoiceField,)
    return {
        name: data.getlist(name) if isinstance(field, several) else data.get(name, "")
        for name, field in form.fields.items()
    }


def first_choice(found: Iterable[SessionPlaces]) -> str:
    """Return the time that is chosen beforehand: the first that shares a vial, else the first."""
    places = [place for one in found for place in one.places]
    first = next((place for place in places if place.shares_vial), next(iter(places), None))
    return str(first.slot_id) if first else ""


def days_shown(
    found: Iterable[SessionPlaces], *, chosen: str, only: date | None = None
) -> list[DayShown]:
    """Return the days to choose a time on: the next ones, the one asked for, or the chosen one's.

    Times that cannot be told apart at a glance are kept by day.
    """
    found = list(found)
    if only is not None:
        wanted = [one for one in found if one.session.date == only] or found[:DAYS]
    else:
        later = [one for one in found[DAYS:] if any(_is(place, chosen) for place in one.places)]
        wanted = [*found[:DAYS], *later]
    return [
        DayShown(
            date=one.session.date,
            words=capfirst(day(one.session.date)),
            sharing=[_time(place, chosen) for place in one.places if place.shares_vial],
            others=[_time(place, chosen) for place in one.places if not place.shares_vial],
        )
        for one in wanted
    ]


def days_to_choose(found: Iterable[SessionPlaces]) -> list[date]:
    """Return the days with free times that a button each leads to."""
    return list(dict.fromkeys(one.session.date for one in found))[:DAYS_TO_CHOOSE]


def _is(place: Place, chosen: str) -> bool:
    return str(place.slot_id) == chosen


def _time(place: Place, chosen: str) -> TimeShown:
    return TimeShown(str(place.slot_id), clock(place.starts_at), _is(place, chosen))
