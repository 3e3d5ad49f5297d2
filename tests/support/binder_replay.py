"""What Binder builds and runs, without Docker: repo2docker's plan for this clone, replayed in a folder.

What the plan's base image brings (a conda environment, a user) is stood in for by a virtual environment of
the Python that runs the tests, whichever `binder/runtime.txt` names. It holds pip and the packages of
`binder/requirements.txt`, linked from this Python's own, and nothing else. All that follows is the plan's:
pip on the pinned file, `postBuild`, repo2docker's entry point, `start`, and JupyterLab with the options that
BinderHub gives it. There is no package index: what is not pinned is not found.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from contextlib import chdir, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from queue import Empty
from string import Template
from typing import Any

import repo2docker
from jupyter_client.blocking.client import BlockingKernelClient
from packaging.requirements import Requirement
from repo2docker.app import Repo2Docker

ROOT = Path(__file__).parents[2]
ENTRYPOINT = Path(repo2docker.__file__).parent / "buildpacks" / "repo2docker-entrypoint"
RUNTIME = ".local/share/jupyter/runtime"
LEARNER = "work"  # the learner's folder, below the home
START_SECONDS = 120.0
#: What BinderHub tells a server about the launch (binderspawner_mixin.py of jupyterhub/binderhub).
LAUNCH = {
    "BINDER_LAUNCH_HOST": "https://binder.invalid/",
    "BINDER_REPO_URL": "https://forge.invalid/somebody/aisec",
}


@dataclass(frozen=True)
class Plan:
    """What repo2docker would do with a folder. Scripts are (user, shell line), in order."""

    kind: str
    python: str
    variables: tuple[tuple[str, str], ...]
    path: tuple[str, ...]
    first_files: tuple[str, ...]
    before_files: tuple[tuple[str, str], ...]
    after_files: tuple[tuple[str, str], ...]
    post_build: tuple[str, ...]
    start: str


def plan(repo: Path) -> Plan:
    """repo2docker's own plan for the folder `repo`."""
    app = Repo2Docker()
    with chdir(repo):
        packs = (kind(base_image=app.base_image) for kind in app.buildpacks)
        pack = next(pack for pack in packs if pack.detect())
        pack.platform = "linux/amd64"
        return Plan(
            kind=type(pack).__name__,
            python=pack.python_version,
            variables=(*pack.get_build_env(), *pack.get_env()),
            path=tuple(pack.get_path()),
            first_files=tuple(pack.get_preassemble_script_files()),
            before_files=tuple(pack.get_preassemble_scripts()),
            after_files=tuple(pack.get_assemble_scripts()),
            post_build=tuple(pack.get_post_build_scripts()),
            start=pack.get_start_script() or "",
        )


@dataclass(frozen=True)
class Image:
    """What was built: the folder that is the repository and the home, its environment, and what pip said."""

    home: Path
    env: dict[str, str]
    start: str
    log: str

    @property
    def prefix(self) -> Path:
        return Path(self.env["NB_PYTHON_PREFIX"])


@dataclass(frozen=True)
class Server:
    """A running server: the address it is reached at, its token, and the learner's folder."""

    url: str
    token: str
    folder: Path
    port: int
    pid: int  # of repo2docker's entry point, the parent of all that runs

    def request(self, method: str, path: str, content: Any = None) -> tuple[int, bytes]:
        """Status and body. `path` is relative to the server's address. Raises OSError, HTTPException."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            body = None if content is None else json.dumps(content)
            base = self.url.partition(f":{self.port}")[2]
            connection.request(method, base + path, body, {"Authorization": f"token {self.token}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @contextmanager
    def kernel(self, notebook: str) -> Iterator[Callable[[str], str]]:
        """The kernel that JupyterLab starts for `notebook`, a path within the learner's folder.

        Gives a function that runs code there and returns what a terminal would show of it.
        """
        asked = {"path": f"{self.folder.name}/{notebook}", "type": "notebook", "name": ""}
        status, body = self.request("POST", "api/sessions", asked | {"kernel": {"name": "python3"}})
        assert status == 201, body
        session = json.loads(body)
        record = f"kernel-{session['kernel']['id']}.json"
        client = BlockingKernelClient(connection_file=str(self.folder.parent / RUNTIME / record))
        client.load_connection_file()
        client.start_channels(stdin=False, hb=False)
        try:
            _await_kernel(client)
            yield lambda code: _shown(client, code)
        finally:
            client.stop_channels()
            self.request("DELETE", f"api/sessions/{session['id']}")


@cache
def image() -> Image:
    """A Binder of this clone, built once in a process: tests that use it share an xdist group."""
    place = Path(tempfile.mkdtemp(prefix="binder-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return build(place)


@contextmanager
def first_visit(built: Image) -> Iterator[Server]:
    """The server as a visitor is given it: with no learner's folder from a visit before."""
    shutil.rmtree(built.home / LEARNER, ignore_errors=True)
    with serve(built) as server:
        yield server


def build(place: Path) -> Image:
    """Replay the plan in the empty folder `place`. Raises AssertionError with what a step said."""
    home = place / "home" / "jovyan"
    planned = plan(ROOT)
    env = _environment(planned, place, home)
    _make_python(Path(env["NB_PYTHON_PREFIX"]))
    _copy_clone(home, planned.first_files)
    said = [_run(script, home, env) for _, script in planned.before_files]
    _copy_clone(home, _tracked())
    said += [_run(script, home, env) for _, script in planned.after_files]
    for script in planned.post_build:
        said.append(_run(f"chmod +x {script} && ./{script}", home, env))
    return Image(home, env, Template(planned.start).substitute(env), "".join(said))


@contextmanager
def serve(image: Image) -> Iterator[Server]:
    """JupyterLab as BinderHub starts it, until the body ends."""
    token, base = "t0ken", "/user/somebody-aisec-abc/"
    both = {"base_url": base, "token": token, "trust_xheaders": True, "allow_origin": "*"}
    given = [f"--{app}.{key}={value}" for app in ("NotebookApp", "ServerApp") for key, value in both.items()]
    ours = ["--ip=127.0.0.1", "--port=0", "--no-browser", *(["--allow-root"] if os.geteuid() == 0 else [])]
    said = image.home.parent / "server.log"
    shutil.rmtree(image.home / RUNTIME, ignore_errors=True)  # what a killed one left
    with open(said, "wb") as log:
        process = subprocess.Popen(
            [sys.executable, ENTRYPOINT, "jupyter-lab", *ours, *given],
            cwd=image.home, env={**image.env, **LAUNCH, "R2D_ENTRYPOINT": image.start},
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        port = _await_port(process, image.home, said)
        yield Server(f"http://127.0.0.1:{port}{base}", token, image.home / LEARNER, port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)  # as a container is stopped; the entry point hands it on
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and whatever it left
            process.wait(30)


def pins(file: Path = ROOT / "binder/requirements.txt") -> list[Requirement]:
    """The pinned packages that this Python and system take."""
    lines = re.findall(r"(?m)^([a-z][^\\\n]*)", file.read_text("utf-8"))
    return [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate()]


def _environment(planned: Plan, place: Path, home: Path) -> dict[str, str]:
    """The image's environment: nothing of ours, and `/srv` and the home inside `place`."""
    env = {
        "HOME": str(home),
        "REPO_DIR": str(home),
        "USER": "jovyan",
        "NB_USER": "jovyan",
        "SHELL": "/bin/bash",
        "LC_ALL": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    for name, value in planned.variables:
        env[name] = str(place / "srv") if name == "APP_BASE" else Template(value).substitute(env)
    path = [Template(folder).substitute(env) for folder in planned.path]
    return {**env, "PATH": os.pathsep.join([*path, "/usr/local/bin", "/usr/bin", "/bin"])}


def _make_python(prefix: Path) -> None:
    """A virtual environment with the pinned packages and pip, linked from this Python's own."""
    venv.create(prefix)
    for name in ["pip", *(pin.name for pin in pins())]:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # pip then says which, and from which line
        for file in files:
            source = Path(os.path.normpath(file.locate()))
            if source.is_file() and source.is_relative_to(sys.prefix):
                _place(source, prefix / source.relative_to(sys.prefix), prefix)


def _place(source: Path, target: Path, prefix: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.parent.name == "bin" and source.read_bytes().startswith(b"#!"):  # it names its Python
        target.write_text(source.read_text("utf-8").replace(sys.prefix, str(prefix), 1), "utf-8")
        shutil.copymode(source, target)
        return
    try:
        os.link(source, target)
    except OSError:  # on another file system
        shutil.copy2(source, target)


def _tracked() -> list[str]:
    """The clone's files as they are now, without those that git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout.decode()
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def _copy_clone(home: Path, names: Iterable[str]) -> None:
    for name in names:
        target = home / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)


def _run(script: str, home: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=home, env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
    )  # fmt: skip
    said = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, f"{script}\n{said[-3000:]}"
    return said


def _await_kernel(client: BlockingKernelClient) -> None:
    """Ask until both channels have answered: the kernel runs, and what it shows will be heard."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        client.kernel_info()
        with suppress(Empty):
            client.get_shell_msg(timeout=1)
            client.get_iopub_msg(timeout=1)
            return
    raise AssertionError("the kernel did not start")


def _shown(client: BlockingKernelClient, code: str) -> str:
    """What running `code` shows, as plain text."""
    texts = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        texts.append(content.get("text") or content.get("data", {}).get("text/plain", ""))
        texts.extend(content.get("traceback", ()))

    client.execute_interactive(code, output_hook=hear, allow_stdin=False, timeout=300)
    return "\n".join(texts)


def _await_port(process: subprocess.Popen, home: Path, log: Path) -> int:
    """The port of the server, once it answers."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        for record in (home / RUNTIME).glob("jpserver-*.json"):
            with suppress(OSError, ValueError, HTTPException):
                known = json.loads(record.read_text("utf-8"))
                connection = HTTPConnection("127.0.0.1", known["port"], timeout=5)
                connection.request("GET", f"{known['base_url']}api/status?token={known['token']}")
                if connection.getresponse().status == 200:
                    return known["port"]
        time.sleep(0.2)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")
