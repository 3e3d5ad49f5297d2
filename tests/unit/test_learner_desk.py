"""The learner's folder and its server: what is copied, what is never overwritten, how JupyterLab is run."""

import json
import os
import signal
import subprocess
import sys

import pytest

from autograder.errors import AisecError, CourseError
from autograder.learner import desk, server
from autograder.learner.journal import Journal

NOTEBOOK = "m1_sums/sums/sums.ipynb"
NEWER = "m1_sums/sums/sums.new.ipynb"
SHEET = "m1_sums/sums/monday.md"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "work"


def upgrade(course, text="newer\n"):
    (course / NOTEBOOK).write_text(text, "utf-8")


def test_a_new_folder_gets_the_notebooks_the_sheets_a_journal_and_nothing_else(course, folder):
    delivery = desk.prepare(folder)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {NOTEBOOK, SHEET, "m1_sums/more/more.ipynb", "progress.json", ".aisec/copied.json"}
    assert (folder / NOTEBOOK).read_bytes() == (course / NOTEBOOK).read_bytes()
    assert set(delivery.copied) == {NOTEBOOK, SHEET, "m1_sums/more/more.ipynb"}
    assert Journal(folder / "progress.json").read().exercises == {}


def test_a_second_time_changes_nothing(course, folder):
    desk.prepare(folder)
    (folder / NOTEBOOK).write_text("my work", "utf-8")
    (folder / "progress.json").write_text('{"format": 1, "exercises": {}, "predictions": {}}', "utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert str(desk.prepare(folder)) == ""
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_newer_version_replaces_what_was_not_touched(course, folder):
    desk.prepare(folder)
    upgrade(course)
    delivery = desk.prepare(folder)
    assert delivery.replaced == [NOTEBOOK] and not delivery.beside
    assert (folder / NOTEBOOK).read_text("utf-8") == "newer\n"


def test_a_newer_version_is_put_beside_what_was_worked_on_once(course, folder):
    desk.prepare(folder)
    (folder / NOTEBOOK).write_text("my work", "utf-8")
    upgrade(course)
    delivery = desk.prepare(folder)
    assert delivery.beside == {NOTEBOOK: NEWER}
    assert "Yours is as you left it" in str(delivery)
    assert (folder / NOTEBOOK).read_text("utf-8") == "my work"
    assert (folder / "m1_sums/sums/sums.new.ipynb").read_text("utf-8") == "newer\n"
    assert str(desk.prepare(folder)) == "", "the same version is not offered twice"


def test_work_in_a_new_version_is_not_overwritten_by_a_still_newer_one(course, folder):
    desk.prepare(folder)
    (folder / NOTEBOOK).write_text("my work", "utf-8")
    upgrade(course)
    desk.prepare(folder)
    (folder / "m1_sums/sums/sums.new.ipynb").write_text("more of my work", "utf-8")
    upgrade(course, "newest\n")
    assert desk.prepare(folder).beside == {NOTEBOOK: "m1_sums/sums/sums.new-2.ipynb"}
    upgrade(course, "newest of all\n")
    assert desk.prepare(folder).beside == {NOTEBOOK: "m1_sums/sums/sums.new-2.ipynb"}
    texts = {path.name: path.read_text("utf-8") for path in folder.glob("m1_sums/sums/sums*.ipynb")}
    assert texts == {
        "sums.ipynb": "my work",
        "sums.new.ipynb": "more of my work",
        "sums.new-2.ipynb": "newest of all\n",
    }


def test_a_deleted_notebook_comes_back_fresh(course, folder):
    desk.prepare(folder)
    (folder / NOTEBOOK).unlink()
    assert desk.prepare(folder).copied == [NOTEBOOK]


@pytest.mark.parametrize("record", ["", "[]", "{", None])
def test_without_its_record_a_file_that_differs_counts_as_the_learners(course, folder, record):
    desk.prepare(folder)
    upgrade(course)
    copied = folder / ".aisec/copied.json"
    if record is None:
        copied.unlink()
    else:
        copied.write_text(record, "utf-8")
    old = (folder / NOTEBOOK).read_bytes()
    assert desk.prepare(folder).beside == {NOTEBOOK: NEWER}
    assert (folder / NOTEBOOK).read_bytes() == old


def test_an_interrupted_copy_leaves_the_old_file_whole(course, folder, monkeypatch):
    desk.prepare(folder)
    old = (folder / NOTEBOOK).read_bytes()
    upgrade(course)

    def broken(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", broken)
        with pytest.raises(AisecError, match="No space left"):
            desk.prepare(folder)
    assert (folder / NOTEBOOK).read_bytes() == old
    assert desk.prepare(folder).replaced == [NOTEBOOK]


def test_a_folder_that_is_a_file_is_refused(course, folder):
    folder.write_text("", "utf-8")
    with pytest.raises(AisecError, match="aisec learn FOLDER"):
        desk.prepare(folder)


@pytest.mark.parametrize("inside", ["", "m1_sums", "deep/er"])
def test_the_course_itself_is_no_desk(course, inside):
    with pytest.raises(AisecError, match="course itself"):
        desk.prepare(course / inside)
    assert not (course / "progress.json").exists()


def test_an_unknown_lesson_is_named_before_anything_is_copied(course, folder):
    with pytest.raises(CourseError, match="sums, more"):
        desk.learn(folder, browser=False, lesson="nope")
    assert not folder.exists()


def test_learn_opens_the_lesson_asked_for_else_the_start_page(course, folder, monkeypatch):
    pages = []
    monkeypatch.setattr(server, "run", lambda *_, start, page, **__: pages.append((start, page)))
    desk.learn(folder, browser=False, lesson="more")
    Journal(folder / "progress.json").update(lambda kept: setattr(kept.tried("more.more"), "last", "2026"))
    desk.learn(folder, browser=False)
    assert pages == [(NOTEBOOK, "m1_sums/more/more.ipynb"), (NOTEBOOK, NOTEBOOK)]


def edit(path, change):
    document = json.loads(path.read_text("utf-8"))
    change(document["cells"])
    path.write_text(json.dumps(document), "utf-8")


def run_it(cells):
    cells[0].update(outputs=[{"output_type": "stream", "name": "stdout", "text": ["hi"]}], execution_count=3)
    cells[0]["metadata"]["execution"] = {"shell.execute_reply": "2026"}
    cells[0]["source"] = cells[0]["source"].splitlines(keepends=True)


def test_a_notebook_that_was_only_run_counts_as_untouched(course, folder):
    desk.prepare(folder)
    edit(folder / NOTEBOOK, run_it)
    upgrade(course)
    assert desk.prepare(folder).replaced == [NOTEBOOK]
    assert (folder / NOTEBOOK).read_text("utf-8") == "newer\n"


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[1].update(source="def add(a, b):\n    return a + b"),
        lambda cells: cells.append(cells[0]),
        lambda cells: cells.pop(),
        lambda cells: cells[0].update(cell_type="markdown"),
        lambda cells: cells.reverse(),
    ],
    ids=["an answer", "a new cell", "a deleted cell", "another type", "another order"],
)
def test_a_notebook_that_was_changed_is_never_replaced(course, folder, change):
    desk.prepare(folder)
    edit(folder / NOTEBOOK, run_it)
    edit(folder / NOTEBOOK, change)
    mine = (folder / NOTEBOOK).read_bytes()
    upgrade(course)
    assert desk.prepare(folder).beside == {NOTEBOOK: NEWER}
    assert (folder / NOTEBOOK).read_bytes() == mine


def test_an_upgrade_brings_new_lessons_and_says_what_it_did(course, folder):
    desk.prepare(folder)
    edit(folder / NOTEBOOK, lambda cells: cells[1].update(source="my answer"))
    upgrade(course)
    edit(course / "m1_sums/more/more.ipynb", lambda cells: cells[0].update(source="2 + 2"))
    manifest = (course / "course.toml").read_text("utf-8")
    lesson = '[[modules.lessons]]\nid = "last"\ntitle = "Last"\nminutes = 5\n'
    (course / "course.toml").write_text(f"{manifest}\n{lesson}", "utf-8")
    (course / "m1_sums/last").mkdir()
    (course / "m1_sums/last/last.ipynb").write_text("{}", "utf-8")
    assert str(desk.prepare(folder)).splitlines() == [
        "Copied from the course: m1_sums/last/last.ipynb.",
        "Replaced by a newer version; you had changed nothing: m1_sums/more/more.ipynb.",
        f"{NOTEBOOK} has a newer version. Yours is as you left it; the new one is {NEWER}.",
    ]
    assert str(desk.prepare(folder)) == ""


def test_the_server_keeps_to_the_folder_and_to_this_machine(course, folder, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", "/elsewhere")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "secret")
    private = server.place_of(folder)
    assert not private.is_relative_to(folder)
    env = server._environment(private, course)
    assert "JUPYTERHUB_API_TOKEN" not in env
    assert env["AISEC_COURSE"] == str(course)
    assert env["PATH"].split(os.pathsep)[0] == os.path.dirname(sys.executable)
    private_places = [
        name for name in env if name.endswith("DIR") and name.startswith(("JUPYTER", "IPYTHON"))
    ]
    assert len(private_places) == 6
    assert all(env[name].startswith(str(private)) for name in [*private_places, "MPLCONFIGDIR"])
    command = server._command(folder, private, None)
    assert "--ServerApp.ip=127.0.0.1" in command and "--ServerApp.port=0" in command
    assert not any("token" in word for word in command), "a command line is readable by others"


def test_a_deep_folder_does_without_sockets_whose_path_would_be_too_long(tmp_path):
    deep = tmp_path / ("d" * 60)
    assert "--KernelManager.transport=tcp" in server._command(deep, deep, None)


def test_where_the_environment_cannot_be_written_the_private_place_is_with_the_users_data(
    tmp_path, monkeypatch
):
    (tmp_path / "prefix").write_text("no folder", "utf-8")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    place = server.place_of(tmp_path / "work")
    assert place.parent == tmp_path / "data" / "aisec" and place.is_dir()
    assert server.place_of(tmp_path / "other") != place == server.place_of(tmp_path / "work")


@pytest.mark.skipif(os.name != "posix", reason="sends signals as a terminal does")
def test_a_stop_by_signal_ends_the_server_in_good_order(tmp_path, capsys):
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    server_stopped = []
    before = signal.getsignal(signal.SIGTERM)
    original, server.STOP_SECONDS = server.STOP_SECONDS, 0.2
    try:
        with server._until_stopped(process, runtime):
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
        server_stopped.append(process.poll())
    finally:
        server.STOP_SECONDS = original
        process.kill()
    assert server_stopped != [None]
    assert "goes on where you left off" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_server_that_dies_at_once_shows_the_end_of_its_log(tmp_path, monkeypatch):
    private = tmp_path / ".aisec"
    private.mkdir()
    monkeypatch.setattr(
        server, "_command", lambda *_: [sys.executable, "-c", "raise SystemExit('port 1 is not yours')"]
    )
    with pytest.raises(AisecError, match="port 1 is not yours"):
        server.run(tmp_path, private, tmp_path, start="a.ipynb", page="a.ipynb", port=1, browser=False)


def test_the_browser_is_handed_a_private_file_and_no_token(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr(server.webbrowser, "open", opened.append)
    server._invite(tmp_path, {"port": 1234, "token": "s3cret"}, "a b.ipynb", True)
    opener = tmp_path / server.OPENER
    assert opened == [opener.as_uri()]
    assert "s3cret" in opener.read_text("utf-8") and "/lab/tree/a%20b.ipynb?" in opener.read_text("utf-8")
    if os.name == "posix":
        assert opener.stat().st_mode & 0o077 == 0


def test_the_lab_settings_are_valid_json_for_known_plugins(tmp_path):
    server.configure(tmp_path, "m1_sums/sums/sums.ipynb")
    settings = json.loads((tmp_path / "labconfig/default_setting_overrides.json").read_text("utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    (menu,) = settings["@jupyterlab/mainmenu-extension:plugin"]["menus"]
    assert menu["items"][0]["args"]["path"] == "m1_sums/sums/sums.ipynb"
    page = json.loads((tmp_path / "labconfig/page_config.json").read_text("utf-8"))
    assert "@jupyter/nbgrader:validate-assignment" not in page["disabledExtensions"]
