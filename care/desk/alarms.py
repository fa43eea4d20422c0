"""Alarms about the access log, as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.http import QueryDict
from django.utils.functional import Promise

from audit.domain.alarms import AlarmKind
from audit.models import Alarm
from clinics.audit_words import ALARMS
from clinics.domain.calendar import oslo_date
from clinics.models import Staff

Words = str | Promise


@dataclass(frozen=True)
class AlarmShown:
    """An alarm in words: what, about whom, and who has acknowledged it."""

    alarm: Alarm
    what: Words
    who: str
    seen_by: str

    @property
    def counts(self) -> bool:
        """Whether it is about how many."""
        return self.alarm.kind != AlarmKind.REASON_GIVEN

    @property
    def entries(self) -> str:
        """The access log's address for what it is about, after the question mark."""
        day = oslo_date(self.alarm.window)
        query = QueryDict(mutable=True)
        query["hvem"] = str(self.alarm.staff_id)
        query["fra"] = day.isoformat()
        query["til"] = oslo_date(self.alarm.window + timedelta(hours=1)).isoformat()
        if self.alarm.kind != AlarmKind.MANY_PEOPLE:
            query["grunn"] = "1"
        return query.urlencode()


def in_words(alarms: Iterable[Alarm]) -> list[AlarmShown]:
    """Put alarms into words; one query for all names."""
    rows = list(alarms)
    staff = {one.staff_id for one in rows} | {one.seen_by for one in rows if one.seen_by}
    names = dict(Staff.objects.filter(pk__in=staff).values_list("pk", "name"))
    return [
        AlarmShown(
            alarm=one,
            what=ALARMS.get(one.kind, one.kind),
            who=names.get(one.staff_id, "–"),
            seen_by=names.get(one.seen_by, "–") if one.seen_by else "",
        )
        for one in rows
    ]
