"""From the command to a page that can be worked on: `aisec learn` beside plain `jupyter lab`.

    python tests/benchmarks/desk.py [runs]

Needs playwright and a Chromium (CHROMIUM names it; default /usr/bin/chromium). Each run starts a server anew,
alternately of one kind and of the other, on a folder that is there already, and opens the start page in a
browser without cache. `server` is the time until the address is known, `page` until JupyterLab is ready and
the notebook's heading is drawn, both from the command's start, in seconds.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from autograder.learner.desk import prepare  # noqa: E402
from autograder.learner.server import place_of  # noqa: E402

FLAGS = [
    *["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    *["--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage"],
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
PAGE = "start/welcome/welcome.ipynb"


def main(runs: int) -> None:
    print(f"{runs} runs of each, alternating\n\n{'':12}{'server':>22}{'page':>22}")
    times: dict[str, list[tuple[float, float]]] = {"jupyter lab": [], "aisec learn": []}
    with tempfile.TemporaryDirectory() as place, sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        folder = Path(place, "work")
        prepare(folder)
        for number in range(runs + 1):
            for kind, measured in times.items():
                found = measure(browser, kind, folder, Path(place, kind.partition(" ")[0]))
                if number:  # the first run of each fills the machine's caches
                    measured.append(found)
        browser.close()
    for kind, measured in times.items():
        columns = "".join(f"{describe(column):>22}" for column in zip(*measured, strict=True))
        print(f"{kind:12}{columns}")
    lab, ours = (statistics.median(page for _, page in measured) for measured in times.values())
    print(f"\naisec learn needs {ours - lab:+.1f} s beside jupyter lab (medians of page)")


def describe(seconds: tuple[float, ...]) -> str:
    return f"{statistics.median(seconds):.1f} ({min(seconds):.1f} to {max(seconds):.1f})"


def measure(browser: Browser, kind: str, folder: Path, private: Path) -> tuple[float, float]:
    """Seconds until the address is known, and until the page can be worked on."""
    begun = time.perf_counter()
    with served(kind, folder, private) as address:
        known = time.perf_counter() - begun
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.locator(".jp-Notebook .jp-RenderedMarkdown h1").first.wait_for(timeout=120_000)
        drawn = time.perf_counter() - begun
        context.close()
    return known, drawn


@contextmanager
def served(kind: str, folder: Path, private: Path) -> Iterator[str]:
    """The start page's address, of a server that is stopped in the end."""
    if kind == "aisec learn":
        command = [sys.executable, "-m", "autograder.cli", "learn", str(folder), "--no-browser"]
        runtime, env = place_of(folder) / "runtime", os.environ
    else:
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0"]
        runtime = private / "runtime"
        names = ("CONFIG", "DATA", "RUNTIME")
        env = {**os.environ, **{f"JUPYTER_{name}_DIR": str(private / name.lower()) for name in names}}
    for old in runtime.glob("jpserver-*.json"):
        old.unlink()
    process = subprocess.Popen(
        command, cwd=folder, env={**env, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield await_address(runtime)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # a server waits for a kernel that is only just starting
            process.kill()
            process.wait()


def await_address(runtime: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        for record in runtime.glob("jpserver-*.json"):
            try:
                server = json.loads(record.read_text("utf-8"))
                return f"http://127.0.0.1:{server['port']}/lab/tree/{PAGE}?token={server['token']}"
            except (ValueError, KeyError):
                continue  # it is being written
        time.sleep(0.02)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
