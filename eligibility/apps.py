from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EligibilityConfig(AppConfig):
    name = "eligibility"
    verbose_name = _("Vurderinger")

    def ready(self) -> None:
        """Tell the outbox which messages this app sends."""
        from eligibility.reminders import register_kinds

        register_kinds()
