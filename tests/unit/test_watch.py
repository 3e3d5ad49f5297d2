"""What the watch counts as a learner's memory, in real processes that a small warm process forks."""

import json
import subprocess
import sys

import pytest

from autograder.limits import Limits
from autograder.sandbox import watch
from autograder.verdict import Outcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

#: A warm process of 64 MB forks children that do `DEEDS`; it prints the megabytes they are charged for.
WARM = """
import ctypes, gc, json, mmap, os, sys
from autograder.sandbox import watch

MEGABYTE = 1 << 20
gc.freeze()  # as in every warm process: a collection would write on all that is shared
kept = bytearray(b"x" * 64 * MEGABYTE)
warm = os.getpid()

def fork(deed):
    reading, writing = os.pipe()
    if not (pid := os.fork()):
        made = deed()
        os.write(writing, b".")
        os.read(gate, 1)
        os._exit(0)
    os.read(reading, 1)
    os.close(reading), os.close(writing)
    return pid

def nothing(): pass
def allocate(megabytes): return bytearray(b"y" * megabytes * MEGABYTE)
def overwrite(megabytes): kept[: megabytes * MEGABYTE] = b"z" * megabytes * MEGABYTE
def hide(): ctypes.CDLL(None).prctl(4, 0)
def map_shared(megabytes):
    shared = mmap.mmap(-1, megabytes * MEGABYTE)
    shared.write(b"y" * megabytes * MEGABYTE)
    return shared
def with_children(megabytes, number):
    made = allocate(megabytes)
    return made, [fork(nothing) for _ in range(number)]

gate, opens = os.pipe()
if len(sys.argv) > 2:  # forks of the same memory that are no learner's, as those of other sandboxes
    strangers = [fork(nothing) for _ in range(int(sys.argv[2]))]
    if os.fork():
        os.wait()
        os.write(opens, b"." * 100)
        sys.exit()
    warm = os.getpid()
first, *others = [fork(eval(f"lambda: {deed}")) for deed in json.loads(sys.argv[1])]
family = list(watch.descendants(first, warm))
print(json.dumps([watch.memory_of(family, warm) / MEGABYTE, len(family)]))
os.write(opens, b"." * 100)
"""


def charged(*deeds, processes=None, strangers=()):
    """Megabytes that the processes doing `deeds` are charged for together."""
    command = [sys.executable, "-c", WARM, json.dumps(deeds), *map(str, strangers)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    megabytes, number = json.loads(done.stdout)
    assert number == (processes or len(deeds))
    return megabytes


def test_a_fork_that_does_nothing_counts_next_to_nothing():
    assert charged("nothing()") == pytest.approx(0, abs=3)
    assert charged(*["nothing()"] * 8) == pytest.approx(0, abs=16)


@pytest.mark.parametrize("megabytes", [20, 120])
def test_what_a_process_allocates_counts_in_full(megabytes):
    assert charged(f"allocate({megabytes})") == pytest.approx(megabytes, abs=4)


def test_what_they_overwrite_of_the_warm_process_counts_but_for_one_worth_of_it():
    assert charged(*["overwrite(60)"] * 4) >= 4 * 60 - 75
    assert charged(*["overwrite(60)"] * 4) <= 4 * 60


def test_forks_of_others_change_nothing():
    assert charged("nothing()", strangers=[5]) == pytest.approx(0, abs=3)
    assert charged(*["allocate(15)"] * 4, strangers=[5]) == pytest.approx(60, abs=8)
    assert charged("overwrite(60)", strangers=[5]) == pytest.approx(55, abs=8)


def test_shared_memory_counts():
    assert charged("map_shared(30)") == pytest.approx(30, abs=4)


def test_many_processes_count_together():
    assert charged(*["allocate(15)"] * 6) == pytest.approx(90, abs=15)


def test_what_children_share_with_their_parent_counts_once():
    assert charged("with_children(60, 3)", processes=4) == pytest.approx(60, abs=10)


def test_a_process_that_hides_is_not_charged_less():
    assert charged("(hide(), allocate(30))") > 26


def test_the_dear_count_is_asked_for_only_when_it_may_matter(monkeypatch):
    megabyte = 1 << 20
    family = [watch.Process(2, 1, 0.0, 1, 90 * megabyte), watch.Process(3, 2, 0.0, 1, 90 * megabyte)]
    asked, shares = [], {pid: (mb * megabyte, 50 * megabyte) for pid, mb in ((1, 20), (2, 90), (3, 90))}
    monkeypatch.setattr(watch, "descendants", lambda *_: family)
    monkeypatch.setattr(watch, "share", lambda pid: asked.append(pid) or shares[pid])

    def look(memory_mb):
        child = watch.Child(2, Limits(memory_mb=memory_mb), "/nowhere")
        return watch.over_limit(child, watch.Process(1, 0, 0.0, 1, 100 * megabyte), count_files=False)

    assert look(200) is None and asked == []
    assert look(150) is None and asked == [1, 2, 3]
    assert look(135)[0] is Outcome.OUT_OF_MEMORY


def test_a_process_that_is_gone_holds_nothing():
    assert watch.share(2**22 + 1) == (0, 0)
