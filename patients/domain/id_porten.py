"""What ID-porten says of who logs in, and what we demand of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How sure ID-porten is of who it is, as its ``acr`` values: the higher is enough for both."""

    SUBSTANTIAL = "idporten-loa-substantial"
    HIGH = "idporten-loa-high"


_ORDER = [Level.SUBSTANTIAL, Level.HIGH]


def is_enough(acr: object, demanded: Level) -> bool:
    """Tell whether a log-in reached the level that is demanded; what we do not know did not."""
    return acr in _ORDER[_ORDER.index(demanded) :]


@dataclass(frozen=True)
class Provider:
    """Our client at the provider. Of ``private_key`` (a JWK as JSON) and ``secret`` one is set."""

    issuer: str
    client_id: str
    level: Level
    private_key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


class Refusal(StrEnum):
    """Why a log-in came to nothing; each has words of its own."""

    DECLINED = "declined"
    TOO_OLD = "too_old"
    TOO_LOW = "too_low"
    NOBODY = "nobody"
    UNREACHABLE = "unreachable"
    NOT_TRUSTED = "not_trusted"
