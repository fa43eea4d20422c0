"""Forms with every widget that the template pack knows."""

from dataclasses import dataclass

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms


@dataclass(frozen=True)
class Hinted:
    """A choice's label with a second line."""

    words: str
    hint: str

    def __str__(self) -> str:
        return self.words


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.add_input(Submit("next", "Gå videre"))
    helper.add_input(Submit("later", "Lagre til senere", data_variant="secondary"))
    return helper


class EveryWidgetForm(forms.Form):
    name = forms.CharField(
        label="Navn", help_text="Slik det står i passet.", error_messages={"required": "Skriv navn"}
    )
    born = forms.DateField(
        label="Fødselsdato",
        help_text="For eksempel 14.03.1991",
        widget=forms.DateInput(format="%d.%m.%Y", attrs={"autocomplete": "bday"}),
        input_formats=["%d.%m.%Y", "%d%m%Y"],
        error_messages={"required": "Skriv fødselsdato", "invalid": "Skriv datoen som 14.03.1991"},
    )
    email = forms.EmailField(label="E-post", required=False)
    phone = forms.CharField(
        label="Telefon",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        error_messages={"required": "Skriv telefonnummer"},
    )
    children = forms.IntegerField(label="Antall", error_messages={"required": "Skriv antall"})
    password = forms.CharField(
        label="Passord",
        widget=forms.PasswordInput,
        error_messages={"required": "Skriv passord"},
    )
    code = forms.CharField(
        label="Kode",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Skriv koden"},
    )
    clinic = forms.ChoiceField(
        label="Klinikk",
        choices=[("", "Velg klinikk"), ("n", "Nydalen"), ("s", "Sagene")],
        error_messages={"required": "Velg klinikk"},
    )
    contact = forms.ChoiceField(
        label="Hvordan vil du ha beskjed?",
        help_text="Vi sender bare tid og sted.",
        widget=forms.RadioSelect,
        choices=[("sms", Hinted("SMS", "Kommer med en gang")), ("email", "E-post")],
        error_messages={"required": "Velg hvordan du vil ha beskjed"},
    )
    needs = forms.MultipleChoiceField(
        label="Trenger du noe av dette?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("tolk", "Tolk"), ("rullestol", "Plass til rullestol")],
    )
    message = forms.CharField(
        label="Beskjed til klinikken", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    agreed = forms.BooleanField(
        label="Jeg har lest dette", error_messages={"required": "Kryss av for at du har lest"}
    )
    reference = forms.CharField(label="Referanse", disabled=True, initial="AB12-CD34")
    place = forms.ChoiceField(
        label="Sted",
        disabled=True,
        initial="n",
        choices=[("n", "Nydalen"), ("s", "Sagene")],
        required=False,
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper()


GIVEN = {
    "name": "Emil Foss",
    "born": "14.03.1991",
    "email": "emil@example.no",
    "phone": "912 34 567",
    "children": "2",
    "password": "en lang setning",
    "code": "482913",
    "clinic": "n",
    "contact": "sms",
    "needs": ["tolk"],
    "message": "Jeg kommer rett fra jobb.",
    "agreed": "on",
}


class TimeForm(forms.Form):
    legend_is_heading = True
    choices_as = "times"
    slot = forms.ChoiceField(
        label="Når kan du komme?",
        widget=forms.RadioSelect,
        choices=[
            ("Torsdag 26. november", [("1", "17.50"), ("2", "18.00"), ("3", "18.10")]),
            ("Mandag 30. november", [("4", "16.20")]),
        ],
        error_messages={"required": "Velg en tid"},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("choose", "Velg denne tiden"))


class ClinicForm(forms.Form):
    legend_is_heading = True
    choices_as = "cards"
    clinic = forms.ChoiceField(
        label="Hvor vil du komme?",
        widget=forms.RadioSelect,
        choices=[
            ("n", Hinted("Nydalen", "Gullhaugveien 1. Første ledige tid torsdag 26. november.")),
            ("s", Hinted("Sagene", "Arendalsgata 2. Ingen ledige tider nå.")),
        ],
        error_messages={"required": "Velg et sted"},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.add_input(Submit("choose", "Gå videre"))


class PostcodeForm(forms.Form):
    legend_is_heading = True
    postcode = forms.CharField(
        label="Hva er postnummeret ditt?",
        help_text="Fire siffer. Vi bruker det bare til å finne et sted i nærheten.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
        error_messages={"required": "Skriv postnummeret ditt"},
    )


@dataclass(frozen=True)
class LaterDay:
    """The heading of times that wait in a details."""

    words: str
    folded: bool = True

    def __str__(self) -> str:
        return self.words


class FoldedTimeForm(TimeForm):
    legend_is_heading = False
    folded_label = "Vis alle andre tider"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        slot = self.fields["slot"]
        slot.choices = [*slot.choices, (LaterDay("Tirsdag 1. desember"), [("9", "16.30")])]
