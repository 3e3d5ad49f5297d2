"""What lies outside the sandbox and must stay as it is: bait of no value, watched by its contents."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

BAIT = "BAIT-7f3a91"  # in every file; a result that contains it has leaked
MARK = "aisec-attack-mark"  # what an attack leaves where an attacker would do damage
FILES = (
    "gradebook.db",
    ".aisec/cohort_seed",
    "submitted/peer/target/target.ipynb",
    "source/target/target.ipynb",
    "autograded/peer/target/result.json",
    "open/notes.txt",
)


class Outside:
    """A course directory with all that an attacker wants, open to everybody, and two listeners."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="aisec-outside-", dir="/tmp"))
        for name in FILES:
            file = self.root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{BAIT} {name}")
        for path in (self.root, *self.root.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)
        self._tcp = _bound(socket.SOCK_STREAM)
        self._udp = _bound(socket.SOCK_DGRAM)
        self._before = self._state()

    def told(self) -> dict[str, Any]:
        """What an attack's cells find in `OUTSIDE`."""
        return {
            "root": str(self.root),
            "gradebook": str(self.root / "gradebook.db"),
            "seed": str(self.root / ".aisec/cohort_seed"),
            "peer": str(self.root / "submitted/peer/target/target.ipynb"),
            "solutions": str(self.root / "source/target/target.ipynb"),
            "open": str(self.root / "open"),
            "package": str(Path(__file__).parents[2] / "autograder"),
            "tests": str(Path(__file__).parent),
            "grader": os.getpid(),
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "mark": MARK,
        }

    def changes(self) -> list[str]:
        """What is not as it was: files, marks in shared folders, arrivals at the listeners."""
        now = self._state()
        found = sorted(
            str(path) for path in now.keys() | self._before.keys() if now.get(path) != self._before.get(path)
        )
        for folder in ("/tmp", "/var/tmp", "/dev/shm", str(Path(__file__).parents[2] / "autograder")):
            found += [f"{folder}/{name}" for name in os.listdir(folder) if name.startswith(MARK)]
        for listener in (self._tcp, self._udp):
            try:
                listener.accept() if listener is self._tcp else listener.recv(64)
            except BlockingIOError:
                continue
            found.append("something arrived over the network")
        return found

    def close(self) -> None:
        self._tcp.close()
        self._udp.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def _state(self) -> dict[Path, tuple]:
        state = {}
        for path in (self.root, *sorted(self.root.rglob("*"))):
            found = path.lstat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            state[path] = (found.st_mode, found.st_uid, found.st_mtime_ns, digest)
        return state


def descendants(pid: int) -> list[int]:
    """The processes below `pid`."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            stat = Path(f"/proc/{name}/stat").read_text()
        except OSError:
            continue
        if stat.rpartition(") ")[2][0] != "Z":
            parents[int(name)] = int(stat.rpartition(") ")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {pid})


def _bound(kind: socket.SocketKind) -> socket.socket:
    listener = socket.socket(socket.AF_INET, kind)
    listener.bind(("127.0.0.1", 0))
    if kind == socket.SOCK_STREAM:
        listener.listen()
    listener.setblocking(False)
    return listener
