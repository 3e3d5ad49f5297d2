"""JupyterLab as `aisec learn` starts it, and one notebook of it, open in a browser.

Nothing here sleeps: a command is fired and not awaited, and what comes of it is polled for; when a cell did
not start, its command is sent again.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, Route, TimeoutError, expect

from autograder.learner.desk import prepare

if TYPE_CHECKING:
    from binder_replay import Server

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
#: Everything we draw in a notebook.
OURS = ".aisec-panel, .aisec-explore, .aisec-twin"
TREE = "/lab/tree/"
PATIENCE = 60_000  # milliseconds; generous, for a machine that does other things too
RESEND = 6_000
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
_OUTSIDE = re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])")
_SCRIPT = Path(__file__).with_suffix(".js")

expect.set_options(timeout=PATIENCE)


class Lab:
    """`aisec learn FOLDER --no-browser`, until `stop`. `learner`: the learner's folder below the server's."""

    learner = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("aisec"), "learn", folder, "--no-browser"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = ""
        for line in self._process.stdout:  # it ends by itself when JupyterLab does not start
            said += line
            if found := re.search(r"http://127\.0\.0\.1:\S+", line):
                self.address = found[0]
                return
        raise AssertionError(f"aisec learn gave no address:\n{said}")

    def desk(self, name: str) -> Path:
        """A learner's folder that nobody has used, below the server's."""
        prepare(self.folder / name)
        return self.folder / name

    def address_of(self, notebook: Path) -> str:
        """The address of a notebook alone, in a workspace that remembers nothing."""
        path = notebook.relative_to(self.folder).as_posix()
        return f"{self._base}{TREE}{path}?reset&{urlsplit(self.address).query}"

    def forget(self) -> None:
        """End all kernels, so that the next test has the machine to itself."""
        for session in json.loads(self._request("GET", "api/sessions")):
            self._request("DELETE", f"api/sessions/{session['id']}")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(40)
        finally:
            self._process.kill()
            self._process.stdout.close()

    def _request(self, method: str, path: str) -> bytes:
        parts = urlsplit(self._base)
        token = parse_qs(urlsplit(self.address).query)["token"][0]
        connection = HTTPConnection(parts.hostname, parts.port, timeout=30)
        try:
            connection.request(method, f"{parts.path}/{path}", headers={"Authorization": f"token {token}"})
            return connection.getresponse().read()
        finally:
            connection.close()

    @property
    def _base(self) -> str:
        return self.address.partition(TREE)[0]


class Binder(Lab):
    """The server that Binder would start from this clone; `stop` is its own context's business."""

    learner = "work/"

    def __init__(self, server: Server) -> None:
        self.folder = server.folder.parent
        self.address = f"{server.url.rstrip('/')}{TREE}work/start/welcome/welcome.ipynb?token={server.token}"

    def stop(self) -> None:
        pass


class Watch:
    """What must not happen in a browser: a request that leaves this machine, an error of JavaScript.

    The first is stopped as well.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        context.route(_OUTSIDE, self._refuse)
        context.on("page", self._follow)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _refuse(self, route: Route) -> None:
        self.outside.append(route.request.url)
        route.abort()

    def _follow(self, page: Page) -> None:
        page.on(
            "console",
            lambda said: said.type == "error" and self.errors.append(f"{said.text} {said.location}"),
        )
        page.on("websocket", lambda made: _OUTSIDE.match(made.url) and self.outside.append(made.url))


class Notebook:
    """The notebook in front of a JupyterLab page. Its cells are named by a text that their source holds."""

    def __init__(self, page: Page, shots: Path) -> None:
        self.page, self._shots = page, shots
        page.set_default_timeout(PATIENCE)
        page.add_init_script(path=_SCRIPT)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.in_front(urlsplit(address).path.partition(TREE)[2])

    def in_front(self, path: str) -> None:
        """Wait until the notebook at `path` is the one in front and its kernel answers."""
        self.page.wait_for_function("path => lab.ready(path)", arg=path)

    def cell(self, text: str) -> Locator:
        mark = self.page.evaluate("text => lab.mark(text)", text)
        return self.page.locator(f'[data-tested="{mark}"]:visible')

    def holds(self, text: str, source: str) -> None:
        """Wait until a cell's source has `source` in it."""
        self.page.wait_for_function(
            "([text, source]) => lab.source(text)?.includes(source)", arg=[text, source]
        )

    def run(self, text: str) -> Locator:
        """Run a cell to its end; gives the cell."""
        self._start("text => lab.run(text)", text)
        self.page.wait_for_function("text => lab.ran(text)", arg=text)
        return self.cell(text)

    def run_all(self) -> None:
        first = "import"
        self.page.evaluate("text => lab.cell(text).model.clearExecution()", first)
        self._start("() => lab.command('notebook:run-all-cells')", first)
        self.page.wait_for_function("() => lab.allRan()", timeout=2 * PATIENCE)

    def red(self) -> list[str]:
        """The errors and warnings that the notebook shows."""
        kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
        return self.page.locator(
            ", ".join(f'.jp-OutputArea-output[data-mime-type="{kind}"]' for kind in kinds)
        ).all_inner_texts()

    def write(self, text: str, source: str) -> None:
        """Put `source` in the place of a cell's own, by the keyboard."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(source)
        self.page.wait_for_function("source => lab.source(source) === source", arg=source)

    def save(self) -> None:
        self.page.keyboard.press("Control+s")
        self.saved()

    def saved(self) -> None:
        """Wait until the file holds what the page shows; JupyterLab saves every few seconds by itself."""
        for _ in range(PATIENCE // 200):
            if self.page.evaluate("() => lab.onDisk()"):
                return
            self.page.wait_for_timeout(200)
        raise AssertionError("the notebook was not saved")

    def restart(self) -> None:
        """Restart the kernel, as its menu does, and wait for the new one."""
        self.page.evaluate("() => lab.panel.sessionContext.session.kernel.restart()")

    def validate(self) -> Locator:
        """Press nbgrader's button; gives the dialog that comes up."""
        self.page.get_by_role("button", name="Validate").click()
        return self.page.locator(".jp-Dialog")

    def watched(self, picture: Locator) -> Callable[[], list[float]]:
        """From now on, take the milliseconds from each move of a control in `picture` to its new drawing."""
        picture.evaluate("element => lab.watch(element)")
        return lambda: self.page.evaluate("() => lab.took")

    def theme(self, name: str) -> None:
        """`light` or `dark`."""
        self.page.evaluate("theme => lab.command('apputils:change-theme', { theme })", THEMES[name])
        expect(
            self.page.locator(f"body[data-jp-theme-light='{str(name == 'light').lower()}']")
        ).to_be_attached()

    def shot(self, name: str, of: Locator | None = None) -> None:
        """A picture of the page, or of one element, for a person to look at."""
        if of is not None:
            of.scroll_into_view_if_needed()
        (of or self.page).screenshot(path=self._shots / f"{name}.png", animations="disabled")

    def axe(self) -> list[str]:
        """What axe finds in what we draw, serious or critical: one line for each element."""
        # JupyterLab's body has no height, and axe takes what overflows it for invisible: all is passed
        self.page.add_style_tag(content="html, body { height: 100vh }")
        found = Axe().run(self.page, context={"include": OURS.split(", ")}).response["violations"]
        return [
            f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary']}"
            for rule in found
            if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]

    def cut_off(self) -> list[str]:
        return self.page.evaluate("ours => lab.cutOff(ours)", OURS)

    def _start(self, script: str, text: str) -> None:
        """Send a command until the cell has started."""
        for _ in range(PATIENCE // RESEND):
            self.page.evaluate(script, text)
            try:
                self.page.wait_for_function("text => lab.started(text)", arg=text, timeout=RESEND)
                return
            except TimeoutError:
                continue
        raise AssertionError(f"the cell never started: {text}")
