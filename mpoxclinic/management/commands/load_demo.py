from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinics.services.demo_logins import DEMO_PASSWORD, demo_logins
from mpoxclinic.demo.loading import load_demo


class Command(BaseCommand):
    help = "Load a demo clinic with a session under way. Safe to run again."

    def handle(self, *_args: object, **_options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is loaded with MPOX_DEMO=1 only: it has known passwords.")
        now = timezone.now()
        load_demo(now=now)
        self.stdout.write("Demo logins (password, then the code that /dev/ shows):")
        for login in demo_logins(now=now):
            self.stdout.write(f"  {login.staff.email}  {DEMO_PASSWORD}  {login.staff.name}")
