"""What a backup says of itself, on its first line."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

from mpoxclinic.backup.failures import BackupError

FORMAT = 1
LONGEST = 1 << 20  # bytes; with a thousand tables it is some tens of thousands


@dataclass(frozen=True)
class Manifest:
    """When a backup was made, of which tables with how many rows, by which migrations."""

    made_at: datetime
    migrations: frozenset[str]
    counts: dict[str, int]
    postgresql: int

    def as_line(self) -> bytes:
        """Return the line, with its end."""
        written = asdict(self) | {
            "mpoxclinic_backup": FORMAT,
            "made_at": self.made_at.isoformat(),
            "migrations": sorted(self.migrations),
        }
        return json.dumps(written, sort_keys=True).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """Read the line. Raises ``BackupError`` when it is not one of ours."""
        try:
            read = json.loads(line)
            if read["mpoxclinic_backup"] != FORMAT:
                raise BackupError(
                    f"The backup is of format {read['mpoxclinic_backup']}, and this code reads "
                    f"{FORMAT}: restore it with the code that made it."
                )
            return cls(
                made_at=datetime.fromisoformat(read["made_at"]),
                migrations=frozenset(read["migrations"]),
                counts={str(table): int(number) for table, number in read["counts"].items()},
                postgresql=int(read["postgresql"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError("The file was decrypted, and is not a backup of ours.") from error
