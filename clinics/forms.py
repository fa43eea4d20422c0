"""Forms of the admin, and the names of roles."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from clinics.domain.discreet import forbidden_words
from clinics.domain.roles import Role
from clinics.models import Clinic, Membership, Staff
from clinics.role_words import ROLE_NAMES


class SettledChoice(forms.Field):
    """A choice that was made and stays: shown without asking the database for each row."""

    def __init__(self, chosen: Model, label: str) -> None:
        widget = forms.Select(choices=[(chosen.pk, str(chosen))])
        super().__init__(label=label, widget=widget, disabled=True)
        self.chosen = chosen

    def clean(self, _value: Any) -> Model:
        """Return what was chosen then."""
        return self.chosen


class ClinicForm(forms.ModelForm[Clinic]):
    """A clinic. What messages say of it must not tell what it does."""

    class Meta:
        model = Clinic
        fields = "__all__"  # noqa: DJ007 - the admin's page has them all

    def clean_discreet_name(self) -> str:
        """Refuse a name that tells."""
        return self._discreet("discreet_name")

    def clean_phone_hours(self) -> str:
        """Refuse hours that tell."""
        return self._discreet("phone_hours")

    def _discreet(self, name: str) -> str:
        text: str = self.cleaned_data[name]
        words = forbidden_words(text)
        if words:
            raise forms.ValidationError(
                _(
                    "Dette står i meldinger, som andre kan se. Ta bort «%(words)s», og skriv noe "
                    "som ikke forteller hva stedet gjør."
                ),
                params={"words": "», «".join(words)},
            )
        return text


class MembershipForm(forms.ModelForm[Membership]):
    """A role at a clinic, with the role's name in words. Whose and where it is, stays."""

    role = forms.ChoiceField(label=_("Rolle"), choices=[(r.value, ROLE_NAMES[r]) for r in Role])

    class Meta:
        model = Membership
        fields = ["staff", "clinic", "role", "valid_from", "valid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"staff", "clinic"} & set(self.fields):
            if self.instance.pk:
                chosen = getattr(self.instance, name)
                label = str(self.fields[name].label)
                self.fields[name] = SettledChoice(chosen, label)


class NewStaffForm(AdminUserCreationForm):
    """A new staff user with a first password."""

    class Meta:
        model = Staff
        fields = ["email", "name", "hpr_number"]

    def clean_email(self) -> str:
        """Keep addresses in lower case, and let nobody have another's."""
        return _own_email(self)


class ChangedStaffForm(UserChangeForm[Staff]):
    """What is known of a staff user."""

    class Meta:
        model = Staff
        fields = ["email", "name", "hpr_number", "password"]

    def clean_email(self) -> str:
        """Keep addresses in lower case, and let nobody have another's."""
        return _own_email(self)


def _own_email(form: forms.ModelForm[Staff]) -> str:
    email: str = form.cleaned_data["email"].lower()
    if Staff.objects.filter(email=email).exclude(pk=form.instance.pk).exists():
        raise forms.ValidationError(_("En annen ansatt bruker denne e-postadressen."))
    return email
