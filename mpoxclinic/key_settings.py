"""What no server is started with: keys that are short, guessable, alike, or a demo's."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Every key that the demo makes begins so, wherever it is copied to.
DEMO_KEY = "demo-"
SHORTEST = 43  # 32 random bytes as base64
SHORTEST_OF_DJANGO = 50  # what `check --deploy` asks of SECRET_KEY
FEWEST_SIGNS = 10
HOW = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


def refuse_weak_keys(keys: Mapping[str, Sequence[str]], *, demo_keys: Path) -> None:
    """Raise ImproperlyConfigured, naming the setting and never the key."""
    of_demos = {path.read_text() for path in demo_keys.glob("*")} if demo_keys.is_dir() else set()
    seen: dict[str, str] = {}
    for name, values in keys.items():
        shortest = SHORTEST_OF_DJANGO if name == "MPOX_SECRET_KEY" else SHORTEST
        for value in values:
            if value.startswith(DEMO_KEY) or value in of_demos:
                raise ImproperlyConfigured(f"{name} was made for a demo. {HOW}")
            if len(value) < shortest:
                raise ImproperlyConfigured(f"{name} is shorter than {shortest} signs. {HOW}")
            if len(set(value)) < FEWEST_SIGNS:
                raise ImproperlyConfigured(f"{name} repeats a few signs. {HOW}")
            if value in seen:
                raise ImproperlyConfigured(f"{name} is equal to {seen[value]}. {HOW}")
            seen[value] = name


def refuse_demo_hosts(hosts: Iterable[str], loopback: Sequence[str]) -> None:
    """Raise ImproperlyConfigured when the demo, whose passwords are known, has another host."""
    exposed = [host for host in hosts if host not in loopback]
    if exposed:
        raise ImproperlyConfigured(
            f"The demo answers on loopback only, not as {', '.join(exposed)}: unset MPOX_DEMO."
        )
