"""Forms of the admin, and the names of roles."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from clinics.domain.discreet import forbidden_words
from clinics.domain.hpr import hpr_number
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
        labels = {"staff": _("Ansatt"), "clinic": _("Sted")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"staff", "clinic"} & set(self.fields):
            if self.instance.pk:
                chosen = getattr(self.instance, name)
                label = str(self.fields[name].label)
                self.fields[name] = SettledChoice(chosen, label)
        if "valid_until" in self.fields:
            self.fields["valid_until"].help_text = _(
                "Rollen gjelder ut dagen. Skal den slutte nå, velg dagen i går."
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a role that ends before it begins."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = given.get("valid_from"), given.get("valid_until")
        if begins and ends and ends < begins:
            self.add_error(
                "valid_until",
                _("Siste dag er før første dag. Velg første dag eller en senere dag."),
            )
        return given


class OthersRoles(forms.BaseInlineFormSet[Membership, Clinic, forms.ModelForm[Membership]]):
    """The roles at a clinic. Whoever gives them gives none to themselves, but for a superuser."""

    written_by: Staff

    def clean(self) -> None:
        """Refuse to change one's own."""
        super().clean()
        if self.written_by.is_superuser:
            return
        for form in self.forms:
            if form.has_changed() and form.cleaned_data.get("staff") == self.written_by:
                form.add_error(
                    "staff", _("Du kan ikke endre dine egne roller. Be en annen administrator.")
                )


class StaffForm(forms.ModelForm[Staff]):
    """A staff user. Passwords are chosen by their owner, by an invitation's link."""

    # Longer than a number is, for the spaces that people write in it.
    hpr_number = forms.CharField(label=_("HPR-nummer"), max_length=20, required=False)

    class Meta:
        model = Staff
        fields = ["email", "name", "hpr_number"]

    def clean_email(self) -> str:
        """Keep addresses in lower case, as log-in compares them."""
        email: str = self.cleaned_data["email"].lower()
        others = Staff.objects.exclude(pk=self.instance.pk)
        if others.filter(email=email).exists():
            raise forms.ValidationError(_("En annen ansatt bruker denne e-postadressen."))
        return email

    def clean_hpr_number(self) -> str:
        """Refuse what cannot be an HPR number; "" is somebody who has none."""
        given: str = self.cleaned_data["hpr_number"]
        if not given:
            return ""
        try:
            return hpr_number(given)
        except ValueError:
            raise forms.ValidationError(
                _(
                    "Et HPR-nummer har 7 til 9 sifre og begynner ikke med 0. Du finner det i "
                    "Helsepersonellregisteret."
                )
            ) from None

    def save(self, commit: bool = True) -> Staff:  # noqa: FBT001, FBT002 - Django's signature
        """Save; somebody new has no password until they choose one."""
        if self.instance._state.adding:  # noqa: SLF001 - Django documents it
            self.instance.set_unusable_password()
        return super().save(commit)


class ChosenPasswordForm(forms.Form):
    """A password, typed twice. The service looks at it again: here it is told beside its field."""

    password1 = forms.CharField(
        label=_("Nytt passord"),
        help_text=_("Minst 12 tegn. Tre eller fire ord du husker, er bra."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Skriv det en gang til"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_password1(self) -> str:
        """Refuse one that is short, common or near to the user's own name."""
        chosen: str = self.cleaned_data["password1"]
        validate_password(chosen, self.staff)
        return chosen

    def clean_password2(self) -> str:
        """Refuse two that differ."""
        again: str = self.cleaned_data["password2"]
        if again != self.cleaned_data.get("password1", again):
            raise forms.ValidationError(_("De to passordene er ikke like."))
        return again
