from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from mpoxclinic.celery import app
from patients.models import LinkToken, OneTimeCode
from patients.services.links import mint
from patients.tasks import forget_expired


@pytest.mark.django_db
def test_the_sweep_forgets_old_codes_and_links_and_may_run_twice() -> None:
    now = timezone.now()
    for end in [now - timedelta(days=31), now + timedelta(days=1)]:
        mint(purpose="appointment", subject_id=uuid4(), expires_at=end, now=now)
        OneTimeCode.objects.create(created_at=now, expires_at=end, attempts_left=5)
    forget_expired()
    forget_expired()
    assert LinkToken.objects.count() == OneTimeCode.objects.count() == 1


def test_the_sweep_is_on_the_schedule_by_its_name() -> None:
    assert forget_expired.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
