"""The roles of staff in words."""

from django.utils.translation import gettext_lazy as _

from clinics.domain.roles import Role

ROLE_NAMES = {
    Role.VACCINATOR: _("vaksinatør"),
    Role.CLINICIAN: _("behandler"),
    Role.LEAD: _("dagsansvarlig"),
    Role.ADMIN: _("administrator"),
    Role.AUDITOR: _("innsynskontrollør"),
}
