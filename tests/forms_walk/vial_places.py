"""Places about vials and recalled lots."""

from django.test import Client

from care.services.recall import recall
from clinics.domain.roles import Role
from tests import factories
from tests.access.logins import log_in
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_work
from vaccinations.models import RecallContact
from vaccinations.services.recalls import note_told
from vaccinations.services.vials import discard


def _with_a_vial(traveller: Traveller) -> Place:
    here = _at_work(traveller)
    day = here.about["day"]
    vial = factories.make_vial(
        clinic=day.clinic, lot=day.lot, by=day.nurse, now=factories.at("17.40")
    )
    here.arguments["vial_id"] = [vial.pk]
    return here


@place
def with_a_vial_just_opened(traveller: Traveller) -> Place:
    """A vial was opened two minutes ago, perhaps by a wrong click."""
    return _with_a_vial(traveller)


@place
def with_a_vial_just_closed(traveller: Traveller) -> Place:
    """A vial was thrown away a minute ago, perhaps by a wrong click."""
    here = _with_a_vial(traveller)
    day = here.about["day"]
    discard(
        vial_id=here.arguments["vial_id"][0],  # type: ignore[arg-type]
        clinic_id=day.clinic.pk,
        reason="broken",
        by=day.by,
        now=factories.at("17.41"),
    )
    return here


def _with_doses(traveller: Traveller) -> Place:
    here = _at_work(traveller)
    day = here.about["day"]
    vial = factories.make_vial(
        clinic=day.clinic, lot=day.lot, by=day.nurse, now=factories.at("17.00")
    )
    for _ in range(2):
        factories.make_dose(vial=vial, by=day.nurse, now=factories.at("17.30"))
    here.arguments["lot_id"] = [day.lot.pk]
    return here


@place
def leading_with_a_lot_in_use(traveller: Traveller) -> Place:
    """A lead, and a lot that two people have had a dose of."""
    here = _with_doses(traveller)
    lead = factories.make_staff(Role.LEAD, clinic=here.about["day"].clinic, name="Lise Lund")
    here.client = log_in(Client(), lead)
    return here


@place
def with_a_recalled_lot(traveller: Traveller) -> Place:
    """A nurse with a recalled lot: one person to be called, one called already."""
    here = _with_doses(traveller)
    day = here.about["day"]
    asked = {"lot_id": day.lot.pk, "clinic_id": day.clinic.pk, "reason": "Fra produsenten"}
    recall(**asked, by=day.by, now=factories.at("17.41"))
    contacts = list(RecallContact.objects.order_by("pk"))
    note_told(contact_id=contacts[0].pk, told=True, by=day.by, now=factories.at("17.42"))
    here.arguments["contact_id"] = [one.pk for one in contacts]
    return here
