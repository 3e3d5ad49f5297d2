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

from autograder.learner.desk import prepare
from autograder.learner.journal import Journal
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
    (record,) = (folder / ".aisec/runtime").glob("jpserver-*.json")
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
