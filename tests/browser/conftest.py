"""The browser, the server, and pages that are watched; pictures go to AISEC_SHOTS or .pytest_cache/shots."""

import os
import shutil
from pathlib import Path

import pytest
from machine import missing


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("browser"))  # one browser at a time


@pytest.fixture(scope="package")
def browser():
    """Debian's chromium. Playwright keeps an event loop running, so it ends before tests of other folders."""
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("no chromium here: apt-get install chromium")
    from lab import FLAGS
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


def pytest_generate_tests(metafunc):
    if "lab" in metafunc.fixturenames:
        where = ["learn", "binder"] if metafunc.module.__name__ == "test_visit" else ["learn"]
        metafunc.parametrize("lab", where, indirect=True, scope="package")


@pytest.fixture(scope="package")
def lab(request, browser, tmp_path_factory):
    """`learn`: what `aisec learn` starts. `binder`: what Binder would start from this clone."""
    from lab import Binder, Lab

    if request.param == "binder":
        from binder_replay import first_visit, image

        with first_visit(image()) as server:
            yield Binder(server)
        return
    server = Lab(tmp_path_factory.mktemp("learner"))
    yield server
    server.stop()


@pytest.fixture
def shots(request, record_property):
    """A folder for this test's pictures."""
    top = Path(os.environ.get("AISEC_SHOTS", request.config.rootpath / ".pytest_cache" / "shots"))
    folder = top / request.node.name.removeprefix("test_")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    record_property("screenshots", str(top))
    return folder


@pytest.fixture
def visit(browser, lab, shots):
    """Opens a page: `visit()` or `visit(viewport=…)`. Nothing may leave the machine; no error may show."""
    from lab import Notebook, Watch

    contexts = []

    def opened(**options):
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 860}, "service_workers": "block"} | options
        )
        contexts.append((context, Watch(context)))
        return Notebook(context.new_page(), shots)

    yield opened
    for number, (context, _) in enumerate(contexts):
        context.pages[0].screenshot(path=shots / f"last-{number}.png")
        context.close()
    lab.forget()
    assert [url for _, watch in contexts for url in watch.outside] == []
    assert [error for _, watch in contexts for error in watch.errors] == []
