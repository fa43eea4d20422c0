from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class ClinicsConfig(AppConfig):
    name = "clinics"
    verbose_name = _("Vaksinasjonssteder og ansatte")

    def ready(self) -> None:
        """Register the checks that keep the demo at home, and what log-ins leave."""
        from django.contrib.auth.signals import user_logged_out

        from clinics import receivers
        from clinics.checks import demo_logins_stay_in_the_demo, demo_stays_on_loopback
        from clinics.kept_input import drop_at_log_out

        user_logged_out.connect(drop_at_log_out)
        receivers.connect()
        register(demo_stays_on_loopback, Tags.security)
        register(demo_logins_stay_in_the_demo, Tags.database)
