"""The web server with the options it is started with: too much is refused, and it serves on."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from mpoxclinic.web_server import OPTIONS

PLAIN = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
MANY = b"".join(b"X-%d: a\r\n" % number for number in range(10_000))
# The limits are the web server's: behind them a page that costs nothing stands for the product.
APPLICATION = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "page.py").write_text(APPLICATION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    address = ("--host", "127.0.0.1", "--port", str(free))
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *OPTIONS, *address, "page:application"], cwd=folder
    )
    try:
        deadline = time.monotonic() + 60
        while not listens(free):
            assert server.poll() is None
            assert time.monotonic() < deadline, "it does not answer"
            time.sleep(0.1)
        yield free
    finally:
        server.terminate()
        server.wait(timeout=20)


def listens(port: int) -> bool:
    with suppress(OSError):
        return bool(ask(port, PLAIN + b"\r\n"))
    return False


def ask(port: int, request: bytes) -> bytes:
    """Return the answer's status line and headers, also when not all of the request was read."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        answer = b""
        with suppress(ConnectionError):
            connection.sendall(request)
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                answer += piece
    return answer.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "too_much",
    [PLAIN + b"X-Long: " + b"a" * 100_000 + b"\r\n\r\n", PLAIN + MANY + b"\r\n"],
    ids=["a long header", "many headers"],
)
def test_too_much_in_headers_is_refused_and_the_next_one_is_served(
    port: int, too_much: bytes
) -> None:
    assert ask(port, too_much).startswith(b"HTTP/1.1 431 ")
    assert ask(port, PLAIN + b"\r\n").startswith(b"HTTP/1.1 200 ")


def test_what_browsers_and_proxies_send_is_served(port: int) -> None:
    as_much_as_a_proxy_lets_through = b"".join(
        b"X-%d: %s\r\n" % (number, b"a" * 7_500) for number in range(4)
    )

    answer = ask(port, PLAIN + as_much_as_a_proxy_lets_through + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_http_2_with_its_own_limits_is_not_spoken(port: int) -> None:
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00"

    assert ask(port, preface) == b""
