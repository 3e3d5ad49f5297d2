"""A learner's server that is killed in the middle of work: what was saved is there, and can be carried on."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from jupyter_client.blocking import BlockingKernelClient

from autograder.learner.desk import prepare
from autograder.learner.journal import Journal
from autograder.learner.server import place_of
from autograder.learner.work import pack, unpack

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kills as an out-of-memory killer does"),
]

ROOT = Path(__file__).parents[2]
LESSON = "m3_attacks/poisoning/poisoning.ipynb"


@contextmanager
def learn(folder):
    """`aisec learn` on `folder`: its process, and a function that sends a request to its server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "learn", str(folder), "--no-browser"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        address = next(found for line in process.stdout if (found := re.search(r"http://\S+", line)))[0]
        port, token = re.search(r":(\d+)/.*token=(\w+)", address).groups()

        def request(method, path, content=None):
            connection = HTTPConnection("127.0.0.1", int(port), timeout=30)
            try:
                body = json.dumps(content) if content else None
                connection.request(method, f"/{path}", body, {"Authorization": f"token {token}"})
                answer = connection.getresponse()
                assert answer.status < 300, answer.read()
                return json.loads(answer.read())
            finally:
                connection.close()

        yield process, request
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)


def server_of(folder):
    (record,) = (place_of(folder) / "runtime").glob("jpserver-*.json")
    return json.loads(record.read_text("utf-8"))["pid"]


def test_a_server_killed_while_a_notebook_is_saved_loses_nothing_that_was_saved(tmp_path, monkeypatch):
    monkeypatch.setenv("AISEC_COURSE", str(ROOT / "course"))
    folder, saved = tmp_path / "work", []
    with learn(folder) as (process, request):
        document = request("GET", f"api/contents/{LESSON}")["content"]
        kill = threading.Event()

        def edit():
            for number in range(100_000):
                document["cells"][0]["source"] = f"edit {number}"
                try:
                    request(
                        "PUT",
                        f"api/contents/{LESSON}",
                        {"type": "notebook", "format": "json", "content": document},
                    )
                except (OSError, HTTPException):
                    return  # the server is gone
                saved.append(number)
                Journal(folder / "progress.json").update(
                    lambda pages, number=number: setattr(
                        pages.tried("poisoning.flip_labels"), "hints", number
                    )
                )
                if number == 5:
                    kill.set()

        editor = threading.Thread(target=edit)
        editor.start()
        assert kill.wait(60)
        os.kill(server_of(folder), signal.SIGKILL)
        editor.join(60)
        process.wait(60)
    with learn(folder) as (_, request):
        cells = request("GET", f"api/contents/{LESSON}")["content"]["cells"]
        # the last save that was confirmed, or the one that the kill met after it was written
        assert cells[0]["source"] in {f"edit {saved[-1]}", f"edit {saved[-1] + 1}"}
    assert Journal(folder / "progress.json").read().tried("poisoning.flip_labels").hints == saved[-1]

    fresh = tmp_path / "fresh"
    prepare(fresh)
    done = unpack(pack(folder), fresh)
    assert (done.files, done.kept, done.refused) == ([LESSON], {}, {})
    assert (fresh / LESSON).read_bytes() == (folder / LESSON).read_bytes()
    assert (fresh / "progress.json").read_bytes() == (folder / "progress.json").read_bytes()


def test_a_folder_of_somebody_else_runs_nothing_before_a_cell_is_run(tmp_path, monkeypatch):
    """What Jupyter, IPython and Python read of themselves lies in the folder, and each would leave a mark."""
    monkeypatch.setenv("AISEC_COURSE", str(ROOT / "course"))
    folder, marks = tmp_path / "work", tmp_path / "marks"
    marks.mkdir()
    prepare(folder)
    for place in (
        *(f"{name}.py" for name in ("jupyterlab", "json", "sitecustomize", "jupyter_config")),
        *(f".aisec/config/{name}_config.py" for name in ("jupyter", "jupyter_server", "jupyter_lab")),
        *(f".aisec/ipython/profile_default/{name}.py" for name in ("ipython_kernel_config", "startup/own")),
        ".aisec/matplotlib/own.py",
        *(f"m3_attacks/poisoning/{name}.py" for name in ("ipykernel_launcher", "ipykernel", "autograder")),
        *(f"m3_attacks/poisoning/{name}.py" for name in ("sitecustomize", "IPython", "traitlets", "zmq")),
    ):
        mark = marks / place.replace("/", "-")
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(f"open({str(mark)!r}, 'w').close()\n", "utf-8")
    (folder / "m3_attacks/poisoning/mine.py").write_text("", "utf-8")
    spec = {"argv": ["touch", str(marks / "spec")], "display_name": "Python 3", "language": "python"}
    (folder / ".aisec/data/kernels/python3").mkdir(parents=True)
    (folder / ".aisec/data/kernels/python3/kernel.json").write_text(json.dumps(spec), "utf-8")
    with learn(folder) as (_, request):
        made = request(
            "POST",
            "api/sessions",
            {"path": LESSON, "name": LESSON, "type": "notebook", "kernel": {"name": "python3"}},
        )
        client = BlockingKernelClient()
        client.load_connection_file(str(place_of(folder) / f"runtime/kernel-{made['kernel']['id']}.json"))
        client.start_channels()
        try:
            client.wait_for_ready(60)
            assert list(marks.iterdir()) == []
            reply = client.execute_interactive("import mine", silent=True, timeout=60)
            assert reply["content"]["status"] == "ok", "a learner's own module is still found"
        finally:
            client.stop_channels()
