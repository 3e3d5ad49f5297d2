"""This clone as Binder builds and runs it: the plan, the build, the page, a lesson, and a second start."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import distributions
from urllib.parse import parse_qs, urlsplit

import pytest

if os.name != "posix":
    pytest.skip("Binder's images are Linux", allow_module_level=True)


from binder_replay import ROOT, first_visit, pins, plan
from binder_replay import image as built

from autograder.build import lesson_cells
from autograder.catalog import load_course
from autograder.learner.journal import Journal

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]  # one build for both

COURSE = load_course(ROOT / "course")
FOLDER = "work"  # the learner's, below the server's


@pytest.fixture(scope="module")
def image():
    return built()


@pytest.fixture(scope="module")
def server(image):
    with first_visit(image) as running:
        yield running


def page_config(page):
    """What JupyterLab's page is told by its server."""
    return json.loads(re.search(rb'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


def defaults(server, plugin):
    """A plugin's settings where the learner has chosen nothing."""
    _, body = server.request("GET", f"lab/api/settings/{plugin}")
    return {key: known.get("default") for key, known in json.loads(body)["schema"]["properties"].items()}


def run_start(image, *command):
    return subprocess.run([image.start, *command], cwd=image.home, env=image.env, stdout=subprocess.DEVNULL)


def test_binder_takes_the_pinned_file_a_python_we_support_and_no_root():
    planned = plan(ROOT)
    assert planned.kind == "PythonBuildPack"
    assert planned.python == "3.12"
    steps = planned.before_files + planned.after_files
    assert [re.search(r'-r "(.*)"', script)[1] for _, script in steps] == ["binder/requirements.txt"]
    assert {user for user, _ in steps} == {"${NB_USER}"}
    assert planned.post_build == ("binder/postBuild",)
    assert planned.start == "${REPO_DIR}/binder/start"


def test_the_image_holds_what_is_pinned_and_the_course(image):
    packages = image.prefix / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    found = {
        re.sub("[-_.]+", "-", one.metadata["Name"]).lower(): one.version
        for one in distributions(path=[str(packages)])
    }
    wanted = {pin.name: str(pin.specifier).removeprefix("==") for pin in pins()}
    assert found.keys() - wanted.keys() == {"pip", "aisec"}
    assert {name: found.get(name) for name in wanted} == wanted


def test_the_address_in_the_readme_opens_the_start_page(server):
    readme = (ROOT / "README.md").read_text("utf-8")
    (address,) = re.findall(r"https://mybinder\.org/v2/[^`\s)]+", readme)
    (path,) = parse_qs(urlsplit(address).query)["urlpath"]
    status, page = server.request("GET", path)
    assert status == 200
    opened = page_config(page)["treePath"]
    status, body = server.request("GET", f"api/contents/{opened}")
    assert status == 200
    assert json.loads(body)["content"]["cells"][0]["source"].startswith("# Start here")
    assert server.folder / "start/welcome/welcome.ipynb" == server.folder.parent / opened


def test_the_learners_folder_has_every_lesson_and_is_not_the_course(server):
    notebooks = {path.relative_to(server.folder).as_posix() for path in server.folder.rglob("*.ipynb")}
    assert notebooks >= {lesson.notebook.relative_to(COURSE.root).as_posix() for lesson in COURSE.lessons}
    assert (server.folder / "progress.json").is_file()
    assert not (server.folder / "course.toml").exists()


def test_jupyterlab_is_set_up_as_aisec_learn_sets_it_up(server):
    told = page_config(server.request("GET", "lab")[1])
    assert told["exposeAppInBrowser"] is True
    assert told["extensionManager"]["can_install"] is False
    assert "@jupyter/nbgrader:formgrader" in told["disabledExtensions"]
    assert "@jupyter/nbgrader:validate-assignment" not in told["disabledExtensions"]
    assert defaults(server, "@jupyterlab/docmanager-extension:plugin")["autosaveInterval"] == 3
    assert defaults(server, "@jupyterlab/apputils-extension:notification")["fetchNews"] == "false"
    (menu,) = defaults(server, "@jupyterlab/mainmenu-extension:plugin")["menus"]
    assert (server.folder.parent / menu["items"][0]["args"]["path"]).is_file()


def test_a_visitor_without_the_token_gets_nothing(server):
    path = f"api/contents/{FOLDER}/start/welcome/welcome.ipynb"
    assert server.request("GET", path)[0] == 200
    assert replace(server, token="guess").request("GET", path)[0] == 403


def test_the_first_cell_says_ready_and_that_binder_does_not_last(server):
    cells = json.loads((server.folder / "start/welcome/welcome.ipynb").read_text("utf-8"))["cells"]
    first = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    with server.kernel("start/welcome/welcome.ipynb") as shown:
        said = shown(first)
    assert "✓ ready" in said
    assert "Binder stops this server" in said


def test_a_check_in_a_lesson_is_answered_and_noted_in_the_learners_folder(server):
    said = ""
    with server.kernel("m3_attacks/poisoning/poisoning.ipynb") as shown:
        assert shown("import os; print(os.environ['OMP_NUM_THREADS'])").strip() == "1"
        for cell in lesson_cells(COURSE.lesson("poisoning")):
            if cell.kind == "code":
                said = shown(cell.source)
            if cell.checks:
                break
    assert "✓ poisoning.flip_labels: passed" in said
    assert Journal(server.folder / "progress.json").read().exercises["poisoning.flip_labels"].passed
    assert not list((server.folder.parent / "course").rglob("progress.json"))


def test_a_notebook_saved_as_a_page_loads_nothing_from_outside(server):
    """It has a live panel and its saved state, for which nbconvert's own settings load scripts."""
    view, state = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
    data = {"text/plain": "still", "text/html": "<b>still life</b>", view: {"model_id": "abc"}}
    output = {"output_type": "display_data", "metadata": {}, "data": data}
    cell = {"cell_type": "code", "id": "one", "source": "1", "metadata": {}, "execution_count": 1}
    saved = {"state": {"abc": {"model_name": "X", "model_module": "x", "state": {}}}, "version_major": 2}
    document = {"cells": [cell | {"outputs": [output]}], "metadata": {"widgets": {state: saved}}}
    content = document | {"nbformat": 4, "nbformat_minor": 5}
    file = {"type": "notebook", "format": "json", "content": content}
    assert server.request("PUT", f"api/contents/{FOLDER}/live.ipynb", file)[0] == 201
    status, page = server.request("GET", f"nbconvert/html/{FOLDER}/live.ipynb")
    assert status == 200
    html = page.decode("utf-8")
    assert "<b>still life</b>" in html
    loaded = r"""(?:<(?:script|link|img)[^>]*\b(?:src|href)=|widgetRendererSrc = )["']([^"']*)"""
    places = re.findall(loaded, html)
    assert len(places) >= 3
    assert [place for place in places if "//" in place] == []


def test_start_hands_over_to_the_command_it_is_given(image):
    assert run_start(image, "sh", "-c", "exit 7").returncode == 7


def test_start_leaves_alone_what_a_learner_has_changed(image, server):
    page = server.folder / "m5_response/plan/plan.ipynb"
    before = page.read_text("utf-8")
    mine = before.replace("raise NotImplementedError()", "return 0", 1)
    assert mine != before
    page.write_text(mine, "utf-8")
    assert run_start(image, "true").returncode == 0
    assert page.read_text("utf-8") == mine
