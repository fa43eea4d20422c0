"""What the page for the end of the day shows of what is left: people, vials, each with its form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from appointments.models import Appointment
from care.dayboard.closing_forms import ThawedForm, VialRestForm
from care.services.closing import DayEnd
from vaccinations.models import Vial
from vaccinations.selectors import VialOnHand


@dataclass(frozen=True)
class OpenVial:
    """An open vial with the form that balances it; ``chosen`` is suggested by its window."""

    on_hand: VialOnHand
    form: VialRestForm


@dataclass(frozen=True)
class Thawed:
    """Unopened vials that are no good tomorrow, with the form that writes them off."""

    thawing: Any
    form: ThawedForm


@dataclass(frozen=True)
class EndPage:
    """What is left: people whose time has passed (``late``) and those still to come (``later``)."""

    late: tuple[Appointment, ...]
    later: tuple[Appointment, ...]
    vials: tuple[OpenVial, ...]
    thawed: tuple[Thawed, ...]


def end_page(
    end: DayEnd,
    *,
    now: datetime,
    vial_form: tuple[UUID, VialRestForm] | None = None,
    thawed_form: ThawedForm | None = None,
) -> EndPage:
    """Lay out what is left; a form that was posted is shown again with what was entered."""
    return EndPage(
        late=tuple(one for one in end.expected if one.slot.starts_at <= now),
        later=tuple(one for one in end.expected if one.slot.starts_at > now),
        vials=tuple(OpenVial(one, _vial_form(one, vial_form, now)) for one in end.vials),
        thawed=tuple(Thawed(one, _thawed_form(one, thawed_form)) for one in end.thawings),
    )


def vial_ids(vial_id: UUID) -> str:
    """Return the pattern of the ids of a vial's form: there are several on the page."""
    return f"vial_{vial_id}_%s"


def _vial_form(
    on_hand: VialOnHand, posted: tuple[UUID, VialRestForm] | None, now: datetime
) -> VialRestForm:
    vial = on_hand.vial
    if posted and posted[0] == vial.pk:
        return posted[1]
    ended = Vial.DiscardReason.WINDOW_ENDED.value if now >= vial.use_before else ""
    return VialRestForm(auto_id=vial_ids(vial.pk), initial={"rest": ended})


def _thawed_form(thawing: Any, posted: ThawedForm | None) -> ThawedForm:
    if posted and posted.data.get("thawing") == str(thawing.pk):
        posted.auto_id = f"thawed_{thawing.pk}_%s"
        return posted
    initial = {"thawing": thawing.pk, "vials": thawing.remaining}
    return ThawedForm(auto_id=f"thawed_{thawing.pk}_%s", initial=initial)
