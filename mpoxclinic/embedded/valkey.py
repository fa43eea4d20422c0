"""Valkey: the broker, the cache and the drafts of answers. Nothing in it is kept."""

import signal
import socket
from collections.abc import Callable
from pathlib import Path

from .account import Account
from .places import Places
from .processes import Server, end_leftover, start_server, wait_until_ready

START_PATIENCE = 20.0
ENDINGS = ((signal.SIGTERM, 2.0),)


def start_valkey(
    program: Path, places: Places, account: Account, *, wait: Callable[[], None]
) -> Server:
    """Start Valkey on a socket only, with its data in memory only."""
    path = socket_path(places.sockets)
    pid_file = places.sockets / "valkey.pid"
    # Valkey shows its socket in place of its command line once it runs.
    end_leftover(pid_file, str(path), signal.SIGTERM, patience=3.0)
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "pidfile": str(pid_file),
        "dir": str(places.sockets),
        "save": "",
        "appendonly": "no",
        "databases": "64",
        "maxmemory": "64mb",
        # A broker must not forget: rather refuse than evict.
        "maxmemory-policy": "noeviction",
    }
    command: list[str | Path] = [program]
    for name, value in settings.items():
        command += [f"--{name}", value]
    server = start_server(
        "Valkey", command, account=account, log=places.log("valkey"), endings=ENDINGS
    )
    try:
        wait_until_ready(server, lambda: _answers(path), patience=START_PATIENCE, wait=wait)
    except BaseException:
        server.stop()
        raise
    return server


def socket_path(sockets: Path) -> Path:
    """Return the path of Valkey's socket in this folder."""
    return sockets / "valkey.sock"


def address(sockets: Path) -> str:
    """Return the URL of database 0, over the socket in this folder."""
    return f"unix://{socket_path(sockets)}?db=0"


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
