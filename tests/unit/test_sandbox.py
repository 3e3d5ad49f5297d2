"""The sandbox, each tier: what it promises holds, ends and leaks nothing; what it lacks stops the run.

Attacks run only against our own processes, bounded, with harmless marks. A tier that this machine does
not have is skipped with its reason; `test_sandbox_users.py` runs this file as other users.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from machine import missing

from autograder.errors import SandboxError
from autograder.limits import Limits
from autograder.verdict import Outcome

if sys.platform != "linux":
    pytest.skip("the sandbox's tiers are Linux's", allow_module_level=True)

from autograder.preload import Preload
from autograder.sandbox import doctor
from autograder.sandbox.sandbox import ENVIRONMENT, NOTHING, Nursery, Sandbox
from autograder.sandbox.tiers import Tier, lack

SMALL = Limits(cpu_seconds=5, memory_mb=200, disk_mb=4)
INSIDE = """
import json

def serve(channel, limits):
    stream = channel.makefile("rw")
    for line in stream:
        names = {"channel": channel, "result": None}
        exec(json.loads(line), names)
        stream.write(json.dumps(names["result"]) + chr(10))
        stream.flush()
"""


@pytest.fixture(scope="module")
def packages():
    """A folder of modules that the warm process can import, as if they were installed."""
    place = Path(tempfile.mkdtemp(prefix="sandbox-test-"))
    folder, temporary = place / "site-packages", place / "tmp"
    folder.mkdir()
    temporary.mkdir()
    temporary.chmod(0o1777)
    place.chmod(0o755)
    (folder / "inside.py").write_text(INSIDE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.setattr(tempfile, "tempdir", str(temporary))
        yield folder
    left = list(temporary.glob("aisec-*"))
    shutil.rmtree(place, ignore_errors=True)
    assert not left, "a sandbox left a folder behind"


def open_sandbox(tier, **options):
    """A sandbox of `tier` that answers source text; skips where this machine, or its Python, has none."""
    if reason := lack(tier):
        missing(f"tier {tier}: {reason}")
    try:
        return Sandbox(tier=tier, **{"entry": "inside:serve", **options})
    except SandboxError as error:
        if "which root becomes, cannot read" in error.what:  # test_sandbox_users looks with one it can
            pytest.skip(error.what)
        raise


@pytest.fixture(scope="module", params=[Tier.FULL, Tier.CONTAINER])
def tier(request):
    return request.param


@pytest.fixture(scope="module")
def sandbox(tier, packages):
    with open_sandbox(tier) as sandbox:
        yield sandbox


def ask(contained, source):
    """Run source text inside; what it calls `result`."""
    contained.channel.settimeout(20)
    contained.channel.sendall(json.dumps(source).encode() + b"\n")
    with contained.channel.makefile() as stream:
        answer = stream.readline()
    assert answer, f"no answer: {contained.stop()}"
    return json.loads(answer)


def run(sandbox, source, limits=SMALL):
    with sandbox.start(limits) as contained:
        return ask(contained, source)


def end(sandbox, source, limits=SMALL):
    """Run source text that ends its process; what it used."""
    with sandbox.start(limits) as contained:
        contained.channel.settimeout(20)
        contained.channel.sendall(json.dumps(source).encode() + b"\n")
        assert contained.channel.recv(1) == b""
        return contained.stop()


# -- what contains -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(tier, sandbox):
    return {row.name: row for row in doctor.examine(tier)}


@pytest.mark.parametrize("name", [probe.name for probe in doctor.PROBES])
def test_an_attack_is_held(rows, name):
    assert rows[name].state == "held", rows[name].detail


def test_every_layer_of_the_tier_is_worn(rows, tier):
    layers = {name.removeprefix("layer ") for name in rows if name.startswith("layer ")}
    common = {"folder", "limits", "privileges", "landlock", "seccomp"}
    assert layers == common | ({"mounts", "capabilities"} if tier is Tier.FULL else set())


def test_the_attacks_succeed_without_a_sandbox():
    """Else a probe that cannot fail would say that it is held."""
    loose = {row.name for row in doctor.examine(Tier.NONE, trust=True) if row.state == "not held"}
    assert loose >= {
        "read a file outside", "list a folder outside", "write outside its folder",
        "change a file's mode or time", "reach the network over TCP", "reach the network over UDP",
        "reach a Unix socket", "see another process", "signal a process outside",
    }  # fmt: skip


def test_the_environment_is_the_documented_one(sandbox, monkeypatch):
    monkeypatch.setenv("AISEC_SEED_OF_THE_COHORT", "a secret")
    found = set(run(sandbox, "import os; result = dict(os.environ)"))
    extra = {"JOBLIB_MULTIPROCESSING"} if sandbox.tier is Tier.CONTAINER else set()
    set_by_libraries = {name for name in found if name.startswith("KMP_")}
    assert found - set_by_libraries == {*ENVIRONMENT, "HOME", "TMPDIR"} | extra


def test_nothing_of_the_working_folder_is_imported(tier, packages, tmp_path, monkeypatch):
    (tmp_path / "colorsys.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    with open_sandbox(tier, preload=Preload(("colorsys",))) as sandbox:
        assert run(sandbox, "import colorsys; result = colorsys.rgb_to_hsv(0, 0, 0)") == [0.0, 0.0, 0.0]
        assert str(tmp_path) not in run(sandbox, "import sys; result = sys.path")


def test_the_next_learner_finds_nothing_of_the_last(sandbox):
    leave = (
        "import os\nfrom pathlib import Path\n"
        "for folder in ('.', os.environ['HOME'], '/tmp', '/var/tmp', '/dev/shm'):\n"
        "    try: Path(folder, 'left').write_text('x'); result = folder\n    except OSError: pass"
    )
    assert run(sandbox, leave)
    search = (
        "import os\nresult = os.listdir('.')\nfor folder in ('/tmp', '/var/tmp', '/dev/shm'):\n"
        "    result += [folder] * os.path.exists(folder + '/left')"
    )
    assert run(sandbox, search) == []


def test_each_learner_has_random_streams_of_its_own(tier, packages):
    with open_sandbox(tier, preload=Preload(("numpy",))) as sandbox:
        draw = "import random, numpy; result = [random.random(), numpy.random.rand()]"
        (a, b), (c, d) = run(sandbox, draw), run(sandbox, draw)
    assert a != c and b != d
    assert random.random() != a


def test_parallel_work_goes_on_inside(tier, packages):
    forest = (
        "from sklearn.ensemble import RandomForestClassifier as Forest; "
        "from sklearn.datasets import load_iris; x, y = load_iris(return_X_y=True); "
        "result = float(Forest(8, random_state=0, n_jobs=2).fit(x, y).score(x, y))"
    )
    processes = (
        "import multiprocessing\nwith multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    result = pool.map(abs, [-1, 2])"
    )
    with open_sandbox(tier, preload=Preload(("sklearn.ensemble", "sklearn.datasets"))) as sandbox:
        assert run(sandbox, forest, Limits()) > 0.9
        if tier is Tier.FULL:  # the other tier has no /dev/shm for their locks
            assert run(sandbox, processes, Limits()) == [1, 2]


def test_programs_can_be_run_inside(sandbox):
    source = "import subprocess; result = subprocess.run('echo $((6 * 7))', shell=True, capture_output=True)"
    assert run(sandbox, source + "; result = result.stdout.decode()") == "42\n"


# -- how it ends -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "outcome"),
    [
        ("while True: pass", Outcome.TIMED_OUT),
        (
            "import os, time\nfor _ in range(3): os.fork()\nwhile time.process_time() < 5: pass",
            Outcome.TIMED_OUT,
        ),
        ("import ctypes; ctypes.CDLL(None).ptrace(0x4206, 1, 0, 0)", Outcome.BLOCKED),
        ("import ctypes; ctypes.string_at(0)", None),
        ("import os; os._exit(3)", None),
        ("import os; os.abort()", None),
        ("import os; os.close(channel.fileno()); os._exit(0)", None),
    ],
)
def test_a_process_that_ends_says_why_and_the_sandbox_goes_on(sandbox, source, outcome):
    usage = end(sandbox, source, Limits(cpu_seconds=1, memory_mb=200))
    assert usage.ended == outcome
    assert usage.detail
    assert run(sandbox, "result = 1") == 1


def test_memory_of_all_processes_counts(sandbox):
    source = (
        "import os, time\nfor _ in range(4):\n    if not os.fork():\n        taken = b'x' * 70_000_000\n"
        "        time.sleep(5)\ntime.sleep(5)"
    )
    usage = end(sandbox, source, Limits(memory_mb=100))
    assert usage.ended is Outcome.OUT_OF_MEMORY
    assert "100 MB" in usage.detail


def test_usage_is_measured(sandbox):
    with sandbox.start(SMALL) as contained:
        ask(contained, "import time\nwhile time.process_time() < 0.3: pass\nx = b'x' * 50_000_000")
        usage = contained.stop()
    assert usage.ended is None and usage.detail == ""
    assert usage.cpu_seconds >= 0.2
    assert usage.peak_mb >= 50


def test_stopping_twice_gives_the_same_answer(sandbox):
    contained = sandbox.start(SMALL)
    assert contained.stop() == contained.stop()
    assert contained.channel.fileno() == -1


def test_one_process_runs_at_a_time(sandbox):
    with sandbox.start(SMALL), pytest.raises(SandboxError, match="one process at a time"):
        sandbox.start(SMALL)
    assert run(sandbox, "result = 1") == 1


def test_another_thread_may_stop_a_process_that_is_waited_for(sandbox):
    contained = sandbox.start(SMALL)
    contained.channel.settimeout(20)
    threading.Timer(0.1, contained.stop).start()
    with contextlib.suppress(OSError):
        assert contained.channel.recv(1) == b""
    contained.stop()
    assert run(sandbox, "result = 1") == 1


def test_fifty_runs_leave_nothing_behind(sandbox):
    make_a_mess = (
        "import os\nos.makedirs('a/b'); open('a/b/c', 'w').close(); os.mkdir('closed', 0)\n"
        "if not os.fork():\n    os.setsid()\n    os.fork()\n    import time; time.sleep(60)"
    )
    run(sandbox, "result = 1")
    before = leftovers(sandbox)
    for _ in range(50):
        run(sandbox, make_a_mess)
    assert leftovers(sandbox) == before


def test_a_maze_of_folders_is_cleared_away(sandbox):
    maze = (
        "import os\nfor _ in range(3000):\n    os.mkdir('deep'); os.chdir('deep')\nos.mkdir('closed', 0o300)"
    )
    before = leftovers(sandbox)
    with sandbox.start(SMALL) as contained:
        contained.channel.settimeout(20)
        contained.channel.sendall(json.dumps(maze).encode() + b"\n")
        contained.channel.recv(1)  # it is done, or was ended for it
    assert leftovers(sandbox) == before
    assert run(sandbox, "result = 1") == 1


def leftovers(sandbox):
    """Our descriptors; the warm process's descriptors, children and folders."""
    warm = children(sandbox.reaper)[0]
    folders = [str(path) for path in Path(tempfile.gettempdir()).rglob("*")]
    return len(os.listdir("/proc/self/fd")), len(os.listdir(f"/proc/{warm}/fd")), children(warm), folders


def children(pid):
    """The processes whose parent `pid` is."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if int(Path(f"/proc/{name}/stat").read_text().rpartition(") ")[2].split()[1]) == pid:
                found.append(int(name))
    return found


@pytest.mark.parametrize("victim", ["reaper", "warm process"])
def test_nothing_survives_a_kill_and_the_sandbox_starts_anew(tier, packages, victim):
    with open_sandbox(tier) as sandbox:
        contained = sandbox.start(SMALL)
        fork_twice = (
            "import os, time\nif not os.fork():\n    os.setsid(); os.fork() or time.sleep(60); os._exit(0)"
        )
        ask(contained, fork_twice)
        channel = contained.channel.dup()
        reaper = sandbox.reaper
        os.kill(reaper if victim == "reaper" else children(reaper)[0], signal.SIGKILL)
        channel.settimeout(20)
        with contextlib.suppress(ConnectionError):
            assert channel.recv(1) == b"", "somebody still holds the other end"
        channel.close()
        assert "gone" in contained.stop().detail
        assert run(sandbox, "result = 1") == 1


def test_closing_ends_everything_and_may_be_repeated(tier, packages):
    sandbox = open_sandbox(tier)
    contained = sandbox.start(SMALL)
    reaper = sandbox.reaper
    sandbox.close()
    sandbox.close()
    assert contained.channel.fileno() == -1
    assert wait_for(lambda: not Path(f"/proc/{reaper}").exists())


def test_sandboxes_of_one_nursery_are_strangers_to_each_other(tier, packages):
    open_sandbox(tier).close()
    with Nursery(tier, NOTHING) as nursery, open_sandbox(tier, nursery=nursery) as one:
        with (
            open_sandbox(tier, nursery=nursery) as other,
            one.start(SMALL) as first,
            other.start(SMALL) as last,
        ):
            assert (
                ask(first, "import os; os.environ['TOLD'] = 'a'; open('mine', 'w').close(); result = 1") == 1
            )
            assert ask(last, "import os; result = [os.listdir('.'), os.environ.get('TOLD')]") == [[], None]
            pid = ask(first, "import os; result = os.getpid()")
            seen = ask(last, f"import os\ntry: os.kill({pid}, 0); result = {pid} != os.getpid()\n"
                             "except OSError: result = False")  # fmt: skip
            assert not seen
        assert run(one, "result = 2") == 2, "the other's end is not this one's"


def test_a_nursery_that_is_gone_is_replaced(tier, packages):
    open_sandbox(tier).close()
    with Nursery(tier, NOTHING) as nursery, open_sandbox(tier, nursery=nursery) as sandbox:
        os.kill(nursery._process.pid, signal.SIGKILL)
        nursery._process.wait()
        assert run(sandbox, "result = 1") == 1, "what it made lives on"
        os.kill(sandbox.reaper, signal.SIGKILL)
        assert run(sandbox, "result = 2") == 2


def test_a_grader_that_is_killed_takes_everything_with_it(tier, packages):
    open_sandbox(tier).close()
    grader = os.fork()
    if grader == 0:
        sandbox = open_sandbox(tier)
        sandbox.start(SMALL)
        Path(packages, "reaper").write_text(str(sandbox.reaper))
        signal.pause()
    reaper = wait_for(lambda: Path(packages, "reaper").read_text())
    os.kill(grader, signal.SIGKILL)
    os.waitpid(grader, 0)
    Path(packages, "reaper").unlink()
    assert wait_for(lambda: not Path(f"/proc/{reaper}").exists())


def wait_for(look):
    """What `look` finds, as soon as it finds something; None after twenty seconds."""
    for _ in range(400):
        with contextlib.suppress(OSError):
            if found := look():
                return found
        time.sleep(0.05)
    return None


# -- fail closed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tiers", "layer"),
    [
        ([Tier.FULL], "root.mount_proc"),
        ([Tier.FULL], "root.mount_home"),
        ([Tier.FULL], "kernel.drop_capabilities"),
        ([Tier.FULL, Tier.CONTAINER], "contain._limit"),
        ([Tier.FULL, Tier.CONTAINER], "landlock.confine"),
        ([Tier.FULL, Tier.CONTAINER], "seccomp.install"),
    ],
)
def test_a_layer_that_fails_stops_the_run_before_it_begins(tier, tiers, layer, packages):
    if tier not in tiers:
        pytest.skip("not a layer of this tier")
    module, _, name = layer.partition(".")
    (packages / "fault.py").write_text(
        f"from autograder.sandbox import {module}\nfrom inside import serve\n"
        f"def refuse(*_, **__): raise OSError(1, 'an injected fault')\n{module}.{name} = refuse\n"
    )
    with (
        open_sandbox(tier, entry="fault:serve") as sandbox,
        pytest.raises(SandboxError, match="an injected fault"),
    ):
        sandbox.start(SMALL)


def test_a_layer_that_ends_the_process_stops_the_run(tier, packages):
    (packages / "fault.py").write_text(
        "import os\nfrom autograder.sandbox import seccomp\nfrom inside import serve\n"
        "seccomp.install = lambda _: os._exit(0)\n"
    )
    with (
        open_sandbox(tier, entry="fault:serve") as sandbox,
        pytest.raises(SandboxError, match="ended before it was contained"),
    ):
        sandbox.start(SMALL)


def test_a_library_that_starts_a_thread_is_refused(tier, packages):
    (packages / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    open_sandbox(tier).close()
    with pytest.raises(SandboxError, match="started a thread"):
        open_sandbox(tier, preload=Preload(("threaded",)))


def test_a_library_that_is_not_there_is_named(tier, packages):
    open_sandbox(tier).close()
    with pytest.raises(SandboxError, match="no_such_library"):
        open_sandbox(tier, preload=Preload(("no_such_library",)))


def test_without_a_tier_other_peoples_code_is_refused():
    with pytest.raises(SandboxError, match="cannot be contained") as refusal:
        Sandbox(tier=Tier.NONE)
    assert "--trust-submissions" in refusal.value.do


def test_ones_own_code_runs_under_limits_when_trusted(packages):
    with Sandbox(tier=Tier.NONE, trust=True, entry="inside:serve") as sandbox:
        assert run(sandbox, "result = 6 * 7") == 42
        assert end(sandbox, "while True: pass", Limits(cpu_seconds=1)).ended is Outcome.TIMED_OUT
