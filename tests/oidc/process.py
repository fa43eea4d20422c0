"""Starting and stopping the real provider."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from joserfc.jwk import RSAKey


@contextmanager
def real_provider(*, back: str, logged_out: str, folder: Path) -> Iterator[str]:
    """Run the provider; give its address."""
    key_file = folder / "provider.pem"
    key_file.write_bytes(RSAKey.generate_key(2048).as_pem(private=True))
    environment = {n: v for n, v in os.environ.items() if n != "DJANGO_SETTINGS_MODULE"}
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.oidc.real", back, logged_out, str(key_file)],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().decode().strip()
        assert address, (folder / "provider.log").read_text()
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=15)
