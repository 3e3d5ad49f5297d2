"""JupyterLab on a learner's folder: started, found again, opened and stopped.

The server listens on 127.0.0.1 behind a token, and fetches nothing from outside. Its configuration, logs,
kernels' sockets and caches live in a private place outside the folder: who opens a folder of somebody else's
must not run what lies in it before running a cell.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from html import escape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.errors import AisecError
from autograder.files import write

OPENER = "open-course.html"
START_SECONDS = 90.0  # a cold first start on a slow disk
STOP_SECONDS = 10.0

#: Ctrl-C reaches us alone, and we ask the server to stop: it then ends its kernels in good order.
_OWN_GROUP: dict[str, Any] = (
    {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if os.name == "nt" else {"process_group": 0}
)
_STOP_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    # a check reads the saved notebook: has the cell changed since it ran?
    "@jupyterlab/docmanager-extension:plugin": {"autosave": True, "autosaveInterval": 3},
    # cells out of sight stay in the page: no blank stretches while scrolling, and Ctrl-F finds all of it
    "@jupyterlab/notebook-extension:tracker": {
        "windowingMode": "defer",
        "codeCellConfig": {"lineNumbers": True},
    },
}
#: An output's forms in a notebook saved as a page, best first. The live form is left out: it needs scripts.
STILL = ["text/html", "text/markdown", "image/svg+xml", "text/latex", "image/png", "image/jpeg", "text/plain"]
NO_SCRIPT = "data:text/javascript,"  # in place of an address outside

#: For the server, and for what saves a notebook as a page.
JUPYTER_SETTINGS = {
    "LabApp": {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "expose_app_in_browser": True,  # "Save my work" has it save the open notebooks first
    },
    "LanguageServerManager": {"autodetect": False},  # it would run npm, which leaves logs in the home folder
    "NbConvertBase": {"display_data_priority": STILL},
    "HTMLExporter": dict.fromkeys(("require_js_url", "mathjax_url", "widget_renderer_url"), NO_SCRIPT),
}

#: What a learner has no use for: nbgrader's tools for instructors (Validate stays) and installing extensions.
LAB_DISABLED = [
    "@jupyter/nbgrader:assignment-list",
    "@jupyter/nbgrader:course-list",
    "@jupyter/nbgrader:create-assignment",
    "@jupyter/nbgrader:formgrader",
    "@jupyter/nbgrader:menu",
    "@jupyterlab/extensionmanager-extension:plugin",
]


def place_of(folder: Path) -> Path:
    """The private place of a learner's folder: in this Python's environment, else with the user's data.

    Made when it is missing. Raises OSError when neither can be written.
    """
    from jupyter_core.paths import jupyter_data_dir

    name = sha256(os.fsencode(folder)).hexdigest()[:16]
    own = Path(sys.prefix, "var", "aisec", name)
    with suppress(OSError):
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = own if os.access(own, os.W_OK) else Path(jupyter_data_dir(), "aisec", name)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def run(
    folder: Path, private: Path, course: Path, *, start: str, page: str, port: int | None, browser: bool
) -> None:
    """Serve `folder` until Ctrl-C, and print the address of the notebook `page`; open it when `browser`.

    The Help menu has the notebook `start`; both are paths within the folder. A server that answers for the
    folder already is used as it is. `course` is the course's root.
    """
    if server := _running(private / "runtime"):
        print("JupyterLab runs on this folder already.")
        _invite(folder, server, page, browser)
        return
    configure(private / "config", start)
    explain_missing_names(private / "ipython" / "profile_default")
    _make_private(private)
    with open(private / "server.log", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            _command(folder, private, port), env=_environment(private, course), cwd=private,
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, **_OWN_GROUP,
        )  # fmt: skip
    try:
        with _until_stopped(process, private / "runtime"):
            _invite(folder, _await_start(process, private), page, browser)
            print("Stop with Ctrl-C; your work is saved in the folder.", flush=True)
            if process.wait():
                raise AisecError(
                    "JupyterLab ended by itself", where=str(private / "server.log"), do="Its log ends there."
                )
    finally:
        (folder / OPENER).unlink(missing_ok=True)


def _command(folder: Path, private: Path, port: int | None) -> list[str]:
    # A socket's path may be 107 bytes long on Linux, 103 on macOS; `/kernel-<uuid>-ipc-5` takes 50 of them.
    short = len(os.fsencode(private / "runtime")) <= 53
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port or 0,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": hasattr(os, "geteuid") and os.geteuid() == 0,
        "KernelManager.transport": "ipc" if os.name == "posix" and short else "tcp",
    }
    return [sys.executable, "-P", "-m", "jupyterlab", *(f"--{key}={value}" for key, value in options.items())]


def _environment(private: Path, course: Path) -> dict[str, str]:
    """The server's environment: this Python first, everything of its own in `private`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON"))}
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
        "XDG_CACHE_HOME": "cache",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    return {
        **kept,
        **{name: str(private / place) for name, place in places.items()},
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_PATH": str(private / "first"),
        "AISEC_COURSE": str(course),
        "PATH": path,
    }


def configure(config: Path, start: str) -> None:
    """Write a learner's JupyterLab into `config`, a folder that Jupyter reads its configuration from.

    The Help menu gets the notebook `start`, a path as the server knows it. What a learner chooses in
    JupyterLab's own settings wins over all of this.
    """
    where = {"path": start, "factory": "Notebook", "label": "Open the start page"}
    back = {"command": "docmanager:open", "args": where, "rank": 0}
    menus = {"menus": [{"id": "jp-mainmenu-help", "items": [back]}]}
    settings = {**LAB_SETTINGS, "@jupyterlab/mainmenu-extension:plugin": menus}
    disabled = {"disabledExtensions": dict.fromkeys(LAB_DISABLED, True)}
    files = {
        "jupyter_config": JUPYTER_SETTINGS,
        "labconfig/default_setting_overrides": settings,
        "labconfig/page_config": disabled,
    }
    for name, data in files.items():
        write(config / f"{name}.json", json.dumps(data, indent=1))


def explain_missing_names(ipython: Path) -> None:
    """Have each kernel that reads its configuration from `ipython` say which cell makes a missing name.

    So a cell that is run before the imports, after a restart for instance, says which cell comes first. The
    names are not put there instead: a notebook that works only then would fail in grading. The notebook's
    folder joins the path when the kernel has started: a file there with a library's name has no part in that.
    """
    line = "from autograder.learner.explain import begin; begin(); del begin"
    config = {"InteractiveShellApp": {"exec_lines": [line]}}
    write(ipython / "ipython_kernel_config.json", json.dumps(config, indent=1))


def _make_private(private: Path) -> None:
    """The private places that a server must find, and how it starts a kernel: with none of its modules."""
    argv = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    shown = {"display_name": "Python 3 (ipykernel)", "language": "python", "metadata": {"debugger": True}}
    spec = {"argv": argv, **shown}
    write(private / "first" / "kernels" / "python3" / "kernel.json", json.dumps(spec, indent=1))
    shutil.rmtree(private / "runtime", ignore_errors=True)  # what a server that was killed left behind
    (private / "runtime").mkdir(mode=0o700, parents=True)
    (private / "matplotlib").mkdir(exist_ok=True)


def _running(runtime: Path) -> dict[str, Any] | None:
    """The server that answers for this folder: its `url`, `port` and `token`; None without one."""
    for path in runtime.glob("jpserver-*.json"):
        try:
            server = json.loads(path.read_text("utf-8"))
            if _request(server, "GET", "api/status") == 200:
                return server
        except (OSError, ValueError, HTTPException):
            continue
    return None


def _request(server: dict[str, Any], method: str, path: str) -> int:
    """The HTTP status of a request to a server of ours; proxies play no part. Raises OSError."""
    connection = HTTPConnection("127.0.0.1", server["port"], timeout=5)
    try:
        connection.request(method, f"/{path}", headers={"Authorization": f"token {server['token']}"})
        return connection.getresponse().status
    finally:
        connection.close()


def _await_start(process: subprocess.Popen, private: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if server := _running(private / "runtime"):
            return server
        time.sleep(0.2)
    log = private / "server.log"
    last = log.read_text("utf-8", errors="replace").strip().splitlines()[-3:]
    raise AisecError(
        "JupyterLab did not start:\n" + "\n".join(f"    {line}" for line in last),
        do=f"The whole log is {log}. `--port N` chooses another port.",
    )


def _invite(folder: Path, server: dict[str, Any], page: str, browser: bool) -> None:
    """Print the address, and open it by way of a private file: no command line shows the token."""
    # the file browser starts at the folder's top, not beside the page
    query = f"file-browser-path=/&token={server['token']}"
    address = f"http://127.0.0.1:{server['port']}/lab/tree/{quote(page)}?{query}"
    print(f"JupyterLab:  {address}", flush=True)
    if browser:
        opener = folder / OPENER
        opener.unlink(missing_ok=True)
        with open(
            os.open(opener, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(f'<meta http-equiv="refresh" content="0; url={escape(address)}">\n')
        webbrowser.open(opener.as_uri())


@contextmanager
def _until_stopped(process: subprocess.Popen, runtime: Path) -> Iterator[None]:
    """Stop the server and its kernels when the body ends, by Ctrl-C, a signal or an error."""

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _STOP_SIGNALS}
    try:
        yield
    except KeyboardInterrupt:
        print("\nJupyterLab stops. Come back any time: `aisec learn` goes on where you left off.")
    finally:
        for number in _STOP_SIGNALS:  # a second one must not leave the server behind
            signal.signal(number, signal.SIG_IGN)
        _stop(process, runtime)
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(process: subprocess.Popen, runtime: Path) -> None:
    """Ask the server to stop, which ends its kernels too; then insist."""
    if process.poll() is None and (server := _running(runtime)):
        with suppress(OSError, HTTPException):
            _request(server, "POST", "api/shutdown")
    for insist in (process.terminate, process.kill):
        try:
            process.wait(STOP_SECONDS)
            return
        except subprocess.TimeoutExpired:
            insist()
    process.wait(STOP_SECONDS)
