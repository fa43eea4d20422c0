"""Start the web server within its limits: ``python -m mpoxclinic.web_server --port 8000``.

Options of granian's own may follow; one that is also here takes its place.
"""

import os
import sys
from typing import NoReturn

APPLICATION = "mpoxclinic.wsgi:application"
OPTIONS = (
    *("--interface", "wsgi", "--blocking-threads", "4", "--workers-kill-timeout", "2"),
    # HTTP/2 has limits of its own, 16 MiB of headers among them. Proxies ask by HTTP/1.
    *("--http", "1", "--no-ws"),
    # As much as proxies let through (four of 8 KiB). More, or more than 100 headers, is a 431.
    *("--http1-buffer-size", str(32 * 1024)),
    # Milliseconds until all headers are here.
    *("--http1-header-read-timeout", "10000"),
    # No access log, for addresses hold tokens; what one would say is masked like all else.
    *("--no-access-log", "--log-level", "warning"),
)


def main() -> NoReturn:
    """Become granian."""
    os.execv(  # noqa: S606
        sys.executable,
        [sys.executable, "-m", "granian", *OPTIONS, *sys.argv[1:], APPLICATION],
    )


if __name__ == "__main__":
    main()
