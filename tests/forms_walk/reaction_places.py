"""Places after a dose was given."""

from appointments.services.observing import release
from care.services.reactions import start_anaphylaxis
from clinics.domain.calendar import oslo_date
from clinics.domain.roles import Role
from clinics.models import Membership
from tests import factories
from tests.factories.reactions import make_reaction
from tests.factories.visits import make_vaccinated
from tests.forms_walk.place import Place, Traveller, place
from tests.forms_walk.places import _at_work
from vaccinations.domain.reactions import Through
from vaccinations.domain.registry import ReportKind
from vaccinations.models import RegistryReport
from vaccinations.services.reactions import mark_reported
from vaccinations.services.registry import mark_registered

NOW = factories.at("17.42")


def _observed(traveller: Traveller) -> Place:
    here = _at_work(traveller)
    day = here.about["day"]
    came = make_vaccinated(day, clock="17.30", now=factories.at("17.40"))
    Membership.objects.create(
        staff=day.nurse, clinic=day.clinic, role=Role.LEAD, valid_from=factories.LONG_AGO
    )
    here.arguments |= {"appointment_id": [came.pk], "dose_id": [came.dose_id]}
    here.about["given"] = came
    return here


@place
def with_somebody_observed(traveller: Traveller) -> Place:
    """Somebody has just got the dose."""
    return _observed(traveller)


@place
def with_somebody_let_go(traveller: Traveller) -> Place:
    """Somebody was let go a moment ago."""
    here = _observed(traveller)
    came, by = here.about["given"], here.about["day"].by
    release(appointment_id=came.pk, by=by, now=NOW, early=True)
    return here


@place
def with_a_sheet(traveller: Traveller) -> Place:
    """Something happens to somebody."""
    here = _observed(traveller)
    came, by = here.about["given"], here.about["day"].by
    reaction = start_anaphylaxis(appointment_id=came.pk, by=by, now=NOW)
    here.arguments["reaction_id"] = [reaction.pk]
    return here


@place
def with_a_reaction(traveller: Traveller) -> Place:
    """A reaction is written down."""
    here = _observed(traveller)
    reaction = make_reaction(here.about["given"].dose, by=here.about["day"].by, now=NOW)
    here.about["reaction"] = reaction
    here.arguments["reaction_id"] = [reaction.pk]
    return here


@place
def with_a_reported_reaction(traveller: Traveller) -> Place:
    """A reaction is reported."""
    here = with_a_reaction(traveller)
    mark_reported(
        reaction_id=here.about["reaction"].pk,
        through=Through.MELDE_NO,
        on=oslo_date(NOW),
        reference="R1",
        by=here.about["day"].by,
        now=NOW,
    )
    return here


@place
def with_a_registered_dose(traveller: Traveller) -> Place:
    """The register knows of the dose."""
    here = _observed(traveller)
    day = here.about["day"]
    mark_registered(
        clinic_id=day.clinic.pk,
        doses=[(here.about["given"].dose_id, ReportKind.GIVEN)],
        on=oslo_date(NOW),
        reference="",
        by=day.by,
        now=NOW,
    )
    here.arguments["report_id"] = [RegistryReport.objects.get().pk]
    return here
