from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Meldinger")

    def ready(self) -> None:
        """Register the check that the sender is neutral."""
        from notifications.checks import senders_are_neutral

        register(senders_are_neutral, Tags.security)
