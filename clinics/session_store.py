"""Sessions as Django keeps them; those of staff have a row beside them (services/logins.py)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from clinics.services.logins import moved
from clinics.sessions import SessionStore as EncryptedStore

_AFTER = timedelta(hours=1)


class SessionStore(EncryptedStore):
    """A session whose log-in follows it to a new key, whoever changes the key."""

    def cycle_key(self) -> None:
        """Change the key and keep the content; the old key opens nothing any more."""
        old = self.session_key
        super().cycle_key()
        if old and self.session_key and SESSION_KEY in self:
            moved(old_key=old, new_key=self.session_key)

    def get_session_cookie_age(self) -> int:
        """Return for how many seconds a session is kept; that of staff longer than a log-in."""
        if SESSION_KEY in self:
            # The log-in's own end comes first, and is noted.
            return int((settings.STAFF_LONGEST + _AFTER).total_seconds())
        return super().get_session_cookie_age()
