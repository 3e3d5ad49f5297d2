"""The sandbox's parts, each by itself: filter, watch, paths, control, tiers, the doctor's words."""

import io
import json
import os
import shutil
import signal
import socket
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from autograder.errors import CourseError, SandboxError
from autograder.limits import Limits
from autograder.sandbox import control, doctor, kernel, landlock, root, seccomp, tiers, view, watch
from autograder.sandbox.doctor import Proof
from autograder.sandbox.tiers import Tier
from autograder.verdict import Outcome, Stop

ALLOWED = 0x7FFF0000
X86_64, AARCH64 = 0, 1
ARCHITECTURES = (0xC000003E, 0xC00000B7)
FORK, THREAD = 17, 0x3D0F00  # SIGCHLD; what a C library asks for

# -- seccomp: the program is run here, as the kernel would ---------------------------------------------


def answer(program, column, number, *arguments, architecture=None):
    """What the filter answers to one system call."""
    data = struct.pack(
        "<IIQ6Q", number, architecture or ARCHITECTURES[column], 0, *(arguments + (0,) * 6)[:6]
    )
    code, accumulator, at = list(struct.iter_unpack("<HBBI", program)), 0, 0
    while True:
        operation, true, false, constant = code[at]
        at += 1
        if operation == 0x20:
            accumulator = struct.unpack_from("<I", data, constant)[0]
        elif operation == 0x54:
            accumulator &= constant
        elif operation == 0x06:
            return constant
        else:
            holds = {
                0x15: accumulator == constant,
                0x35: accumulator >= constant,
                0x45: bool(accumulator & constant),
            }
            at += true if holds[operation] else false


@pytest.fixture(params=[X86_64, AARCH64], ids=kernel.MACHINES)
def column(request, monkeypatch):
    monkeypatch.setattr(kernel, "machine", lambda: request.param)
    return request.param


@pytest.fixture
def ask(column):
    program = seccomp.program(foreign_files=True)

    def ask(name, *arguments):
        return answer(program, column, kernel.NUMBERS[name][column], *arguments)

    return ask


def test_every_call_in_the_table_gets_its_answer(column):
    for foreign_files in (False, True):
        program = seccomp.program(foreign_files=foreign_files)
        table = seccomp.ANSWERS | (
            {seccomp.SKIPPED: seccomp._OWNERS_MODES_AND_TIMES} if foreign_files else {}
        )
        for wanted, names in table.items():
            for name in names.split():
                if (number := kernel.NUMBERS[name][column]) is not None:
                    assert answer(program, column, number) == wanted, name


def test_the_calls_of_escapes_are_closed(ask):
    """Written out again: the table must not lose one."""
    killed = """ptrace process_vm_readv process_vm_writev bpf userfaultfd mount umount2 pivot_root move_mount
        unshare setns kexec_load kexec_file_load init_module finit_module delete_module open_by_handle_at
        swapon swapoff reboot chroot pidfd_getfd"""
    refused = "socket connect bind listen keyctl add_key request_key perf_event_open personality"
    absent = "clone3 io_uring_setup io_uring_enter io_uring_register memfd_create shmget shmat"
    skipped = "fchmod fchmodat fchmodat2 fchown fchownat utimensat setxattr"
    for names, wanted in (
        (killed, seccomp.KILLED),
        (refused, seccomp.REFUSED),
        (absent, seccomp.ABSENT),
        (skipped, seccomp.SKIPPED),
    ):
        assert {ask(name) for name in names.split()} == {wanted}


def test_no_call_has_two_answers():
    names = " ".join([*seccomp.ANSWERS.values(), seccomp._OWNERS_MODES_AND_TIMES]).split()
    assert sorted(names) == sorted(set(names))


def test_modes_and_times_can_be_set_where_only_ones_own_files_are(column):
    program = seccomp.program(foreign_files=False)
    assert answer(program, column, kernel.NUMBERS["fchmodat"][column]) == ALLOWED


def test_everyday_calls_are_allowed(column):
    reads_and_writes = {X86_64: (0, 1, 9, 11, 12, 59, 60, 231), AARCH64: (63, 64, 222, 215, 214, 221, 93, 94)}
    program = seccomp.program(foreign_files=True)
    for number in reads_and_writes[column]:
        assert answer(program, column, number) == ALLOWED


def test_forks_and_threads_are_allowed_and_namespaces_are_not(ask):
    assert ask("clone", FORK) == ask("clone", THREAD) == ALLOWED
    for flag in (kernel.NEWUSER, kernel.NEWNS, kernel.NEWPID, kernel.NEWNET, kernel.NEWIPC, kernel.NEWUTS):
        assert ask("clone", flag | FORK) == seccomp.KILLED


def test_only_connected_stream_pairs_are_allowed(ask):
    nonblocking = 0o4000 | 0o2000000
    unix, internet, stream, datagram, packets = 1, 2, 1, 2, 5
    assert ask("socketpair", unix, stream | nonblocking) == ask("socketpair", unix, packets) == ALLOWED
    assert ask("socketpair", unix, datagram | nonblocking) == seccomp.REFUSED
    assert ask("socketpair", internet, stream) == seccomp.REFUSED


def test_limits_and_scheduling_are_for_oneself_only(ask):
    for name in seccomp._SELF_ONLY.split():
        assert ask(name, 0) == ALLOWED
        assert ask(name, 1) == ask(name, os.getpid()) == seccomp.REFUSED


def test_calls_of_the_future_and_of_x32_are_absent(column):
    program = seccomp.program(foreign_files=False)
    for number in (463, 600, 0x40000000, 0x40000000 + 101, 0xFFFFFFFF):
        assert answer(program, column, number) == seccomp.ABSENT


def test_another_architecture_ends_the_process(column):
    program = seccomp.program(foreign_files=False)
    for architecture in (0x40000003, 0x40000028, ARCHITECTURES[1 - column]):
        assert answer(program, column, 0, architecture=architecture) == seccomp.KILLED


def test_a_machine_without_a_table_gets_no_filter(monkeypatch):
    monkeypatch.setattr(kernel, "machine", lambda: None)
    with pytest.raises(OSError, match="no table"):
        seccomp.program(foreign_files=False)


# -- the watch -----------------------------------------------------------------------------------------

MEGABYTE = 1 << 20
WARM = watch.Process(1, 0, 0.0, 1, 100 * MEGABYTE)
SHARED = 100  # megabytes of the warm process's that each process still has, and shares with all the others


def process(pid, parent, megabytes=SHARED, cpu_seconds=0.0):
    return watch.Process(pid, parent, cpu_seconds, 1, megabytes * MEGABYTE)


@pytest.fixture
def family(monkeypatch):
    """Say which processes there are."""

    def set_family(*processes):
        by_pid = {str(process.pid): process for process in processes}
        monkeypatch.setattr(watch, "_pids", lambda: list(by_pid))
        monkeypatch.setattr(watch, "look_at", by_pid.get)
        part = SHARED / max(1, len(by_pid))
        own = {one.pid: one.resident / MEGABYTE - SHARED for one in processes}
        shares = {pid: (int((mb + part) * MEGABYTE), (mb + SHARED) * MEGABYTE) for pid, mb in own.items()}
        monkeypatch.setattr(watch, "share", shares.get)

    return set_family


def over_limit(limits, folder="/nowhere", count_files=False):
    child = watch.Child(2, limits, str(folder))
    return watch.over_limit(child, WARM, count_files=count_files)


def test_what_a_fork_shares_is_not_counted(family):
    family(process(1, 0), process(2, 1), process(3, 2, 150), process(4, 3, 140))
    assert over_limit(Limits(memory_mb=100)) is None
    outcome, detail = over_limit(Limits(memory_mb=80))
    assert outcome is Outcome.OUT_OF_MEMORY and "80 MB" in detail


def test_orphans_count_and_strangers_do_not(family):
    family(process(1, 0), process(2, 1), process(7, 1, 300), process(8, 99, 9000), process(99, 0, 9000))
    assert over_limit(Limits(memory_mb=250)) is None
    assert over_limit(Limits(memory_mb=150))[0] is Outcome.OUT_OF_MEMORY


def test_processor_time_of_all_processes_counts(family):
    family(process(1, 0), process(2, 1, cpu_seconds=4), process(3, 2, cpu_seconds=4))
    assert over_limit(Limits(cpu_seconds=9)) is None
    assert over_limit(Limits(cpu_seconds=7))[0] is Outcome.TIMED_OUT


def test_parents_in_a_ring_end_the_search(family):
    family(process(2, 3), process(3, 2))
    assert over_limit(Limits()) is None


@pytest.mark.skipif(os.name != "posix", reason="blocks are counted as POSIX does")
def test_files_count_by_their_blocks(family, tmp_path):
    family()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/file").write_bytes(b"x" * 3 * MEGABYTE)
    (tmp_path / "link").symlink_to("/")
    assert over_limit(Limits(disk_mb=4), tmp_path, count_files=True) is None
    assert over_limit(Limits(disk_mb=2), tmp_path, count_files=True)[0] is Outcome.OUT_OF_MEMORY
    assert over_limit(Limits(disk_mb=2), tmp_path) is None


def test_empty_files_count_too(family, tmp_path):
    family()
    for number in range(300):
        (tmp_path / str(number)).touch()
    assert over_limit(Limits(disk_mb=1), tmp_path, count_files=True)[0] is Outcome.OUT_OF_MEMORY


def test_folders_nested_without_end_are_over_every_limit(family, tmp_path):
    family()
    deepest = tmp_path.joinpath(*"a" * 60)
    deepest.mkdir(parents=True)
    assert over_limit(Limits(), tmp_path, count_files=True)[0] is Outcome.OUT_OF_MEMORY


@pytest.mark.skipif(not hasattr(signal, "SIGSYS"), reason="signals are POSIX's")
@pytest.mark.parametrize(
    ("status", "cpu_seconds", "kills", "outcome", "detail"),
    [
        ("SIGSYS", 0, 0, Outcome.BLOCKED, "only an attack"),
        ("SIGKILL", 0, 1, Outcome.OUT_OF_MEMORY, "want of memory"),
        ("SIGKILL", 9, 0, Outcome.TIMED_OUT, "10 seconds"),
        ("SIGXCPU", 0, 0, Outcome.TIMED_OUT, "10 seconds"),
        ("SIGKILL", 0, 0, None, "SIGKILL"),
        ("SIGSEGV", 0, 0, None, "SIGSEGV"),
        (3, 0, 0, None, "status 3"),
        (None, 0, 0, None, ""),
    ],
)
def test_an_end_is_told_by_its_status(monkeypatch, status, cpu_seconds, kills, outcome, detail):
    monkeypatch.setattr(watch, "oom_kills", lambda: kills)
    child = watch.Child(2, Limits(cpu_seconds=10), "/nowhere", cpu_seconds=cpu_seconds, oom_kills=0)
    child.status = getattr(signal, status) if isinstance(status, str) else status and status << 8
    found, text = child.ended()
    assert found is outcome
    assert detail in text


def test_what_the_watch_stopped_keeps_its_reason():
    child = watch.Child(2, Limits(), "/nowhere", stopped=Stop(Outcome.OUT_OF_MEMORY, "too much"))
    child.status = 9
    assert child.ended() == (Outcome.OUT_OF_MEMORY, "too much")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_process_is_read_whatever_its_name():
    own = watch.look_at(os.getpid())
    assert own.parent == os.getppid() and own.threads >= 1 and own.resident > MEGABYTE
    assert watch.look_at(2**22 + 1) is None
    assert watch.tasks_of(os.getuid()) >= 1


# -- paths ---------------------------------------------------------------------------------------------


def test_no_folder_of_the_graders_is_on_the_module_path(tmp_path, monkeypatch):
    (tmp_path / "site-packages").mkdir()
    own = str(Path(__file__).parents[2])
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), str(tmp_path / "gone/site-packages"), *sys.path])
    kept = view.module_path()
    assert "" not in kept and str(tmp_path) not in kept and str(tmp_path / "gone/site-packages") not in kept
    assert own in kept
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site-packages")])
    assert view.module_path() == [str(tmp_path / "site-packages"), own]


def test_nothing_of_the_graders_can_be_read(tmp_path, monkeypatch):
    (tmp_path / "course").mkdir()
    (tmp_path / "submitted").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    seen = view.learners_view()
    for secret in (tmp_path / "course", tmp_path / "submitted", Path.home(), Path.cwd(), Path("/usr/src")):
        assert not reads(seen, secret), secret
    assert str(tmp_path / "submitted") in view.learners_view([tmp_path / "submitted"]).readable
    assert str(tmp_path / "gone") not in view.learners_view([tmp_path / "gone"]).readable


MANIFEST = """
format = 1
title = "A course"
visible = ["explore"]
[[modules]]
id = "m"
title = "M"
lessons = [{ id = "l", title = "L", minutes = 1, visible = ["lab.py"] }]
"""
SHOWN = ("__init__.py", "explore/chart.py", "m/l/lab.py")
HELD = ("course.toml", "m/l/lesson.py", "m/l/checks/one.py", "m/l/answers/one.py", "m/l/l.ipynb", "new.py")


def lay(course, manifest=MANIFEST):
    """A course on disk."""
    for name in (*SHOWN, *HELD):
        (course / name).parent.mkdir(parents=True, exist_ok=True)
        (course / name).touch()
    (course / "course.toml").write_text(manifest)
    return course


def reads(seen, path):
    """Can a file be read? As a root of mounts shows it and as rules allow it: both must say the same."""
    path = os.path.realpath(path)
    shown = [begins for edge, begins in seen.edges() if Path(path).is_relative_to(edge)]
    ruled = any(Path(path).is_relative_to(allowed) for allowed in seen.spread()[0])
    assert ruled == bool(shown and shown[-1]), path
    return ruled


def install(packages, monkeypatch):
    """Some packages, the only ones that this interpreter finds."""
    (packages / "numpy").mkdir(parents=True)
    (packages / "numpy/core.py").touch()
    monkeypatch.setattr(sys, "path", [str(packages)])
    return packages


def test_of_a_course_only_what_it_lists_can_be_read_however_it_is_installed(tmp_path, monkeypatch):
    packages = install(tmp_path / "site-packages", monkeypatch)
    elsewhere = lay(tmp_path / "checkout/course")
    for course in ("a wheel", "a link"):
        if course == "a wheel":
            lay(packages / "course")
        else:
            shutil.rmtree(packages / "course")
            (packages / "course").symlink_to(elsewhere)
        seen = view.learners_view()
        assert reads(seen, packages / "numpy/core.py")
        assert [name for name in SHOWN if not reads(seen, packages / "course" / name)] == [], course
        assert [name for name in HELD if reads(seen, packages / "course" / name)] == [], course
    (packages / "course").unlink()
    monkeypatch.setattr(view, "_package", lambda name: [str(tmp_path / "checkout" / name)])
    seen = view.learners_view()
    assert [name for name in SHOWN if not reads(seen, elsewhere / name)] == []
    assert [name for name in HELD if reads(seen, elsewhere / name)] == []


def test_other_copies_of_a_course_are_closed_too(tmp_path, monkeypatch):
    install(tmp_path / "site-packages", monkeypatch)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path / "python"))
    other = tmp_path / "python/lib/python3.9/site-packages"
    copies = [lay(tmp_path / "site-packages/~ourse", "format = 0"), lay(other / "course")]
    seen = view.learners_view()
    for copy in copies:
        assert [name for name in HELD if reads(seen, copy / name)] == [], copy
    assert reads(seen, other / "course/m/l/lab.py") and not reads(seen, copies[0] / "m/l/lab.py")


def test_a_manifest_that_cannot_be_read_is_said(tmp_path, monkeypatch):
    lay(install(tmp_path / "site-packages", monkeypatch) / "course", "format = 0")
    with pytest.raises(CourseError, match="format 0"):
        view.learners_view()


def test_the_nearest_path_above_decides(tmp_path):
    for name in ("a/b/c/d", "a/b2", "e"):
        (tmp_path / name).mkdir(parents=True)
    a, b, c, d = (str(tmp_path / name) for name in ("a", "a/b", "a/b/c", "a/b/c/d"))
    seen = view.View((c, a, f"{a}/b2", d), (b, str(tmp_path / "e")))
    assert seen.edges() == [(a, True), (b, False), (c, True)]
    assert seen.spread() == ([f"{a}/b2", c], [a, b, str(tmp_path / "e")])
    (tmp_path / "a/link").symlink_to(tmp_path / "e")
    assert not reads(seen, tmp_path / "a/link")


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_folder_is_removed_whatever_is_inside(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir(mode=0o750)
    (kept / "file").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (folder / "closed/inside").mkdir(parents=True)
    (folder / "closed/inside/file").touch()
    (folder / "closed").chmod(0)
    deep = os.open(folder, os.O_RDONLY)
    for _ in range(3000):  # deeper than a path may be long, and than Python recurses
        os.mkdir("d", dir_fd=deep)
        below = os.open("d", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = below
    os.close(deep)
    root.remove(str(folder))
    assert not folder.exists()
    assert (kept / "file").exists() and kept.stat().st_mode & 0o777 == 0o750
    root.remove(str(folder))


# -- control -------------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(socket, "send_fds"), reason="descriptors cross on POSIX only")
def test_a_line_and_its_descriptor_arrive_in_one_piece():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        order = control.Order("module:function", view.View(("/usr/lib",) * 20000, ("/usr/lib/course",)))
        sender = Thread(target=control.say, args=(ours, ours.fileno()), kwargs=asdict(order))
        sender.start()
        line, descriptor = control.hear(theirs)
        sender.join()
        os.close(descriptor)
        assert control.Order.from_line(line) == order
        ours.close()
        assert control.hear(theirs) == (b"", -1)


# -- tiers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "container", "found"),
    [("", "", Tier.FULL), ("refused", "", Tier.CONTAINER), ("refused", "off", Tier.NONE)],
)
def test_the_strongest_tier_is_found(monkeypatch, full, container, found):
    monkeypatch.delenv(tiers.VARIABLE, raising=False)
    monkeypatch.setattr(tiers, "lack", {Tier.FULL: full, Tier.CONTAINER: container, Tier.NONE: ""}.get)
    assert tiers.detect() is found


def test_a_lower_tier_can_be_asked_for_and_a_higher_one_cannot(monkeypatch):
    reasons = {Tier.FULL: "refused", Tier.CONTAINER: "", Tier.NONE: ""}
    monkeypatch.setattr(tiers, "lack", reasons.get)
    for wanted in ("container", "none"):
        monkeypatch.setenv(tiers.VARIABLE, wanted)
        assert tiers.detect() == wanted
    monkeypatch.setenv(tiers.VARIABLE, "full")
    with pytest.raises(SandboxError, match="not full") as refusal:
        tiers.detect()
    assert refusal.value.do == "refused"
    monkeypatch.setenv(tiers.VARIABLE, "fort")
    with pytest.raises(SandboxError, match="no tier 'fort'"):
        tiers.detect()


def test_what_a_machine_lacks_is_said_with_a_remedy(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "Linux" in tiers.lack(Tier.FULL)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(kernel, "machine", lambda: None)
    assert "x86_64" in tiers.lack(Tier.FULL)
    monkeypatch.setattr(kernel, "machine", lambda: 0)
    monkeypatch.setattr(tiers, "_has_seccomp", lambda: False)
    assert "seccomp" in tiers.lack(Tier.CONTAINER)
    monkeypatch.setattr(tiers, "_has_seccomp", lambda: True)
    for version, wanted in ((0, "lsm="), (4, "version 4"), (landlock.SCOPED_ABI, "")):
        monkeypatch.setattr(landlock, "abi", lambda version=version: version)
        assert wanted in tiers.lack(Tier.CONTAINER)
    assert tiers.lack(Tier.CONTAINER) == tiers.lack(Tier.NONE) == ""


def test_refused_namespaces_are_told_with_the_reason(monkeypatch):
    monkeypatch.setattr(tiers, "_has_seccomp", lambda: True)
    monkeypatch.setattr(kernel, "machine", lambda: 0)
    monkeypatch.setattr(sys, "platform", "linux")
    refused = SimpleNamespace(returncode=1, stderr="Traceback …\nPermissionError: unshare: not permitted\n")
    monkeypatch.setattr(tiers.subprocess, "run", lambda *_, **__: refused)
    assert "unshare: not permitted" in tiers.lack(Tier.FULL)
    refused.returncode = 0
    assert tiers.lack(Tier.FULL) == ""


# -- the doctor's words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([Proof("containment", "held"), Proof("a probe", "held")], 0),
        ([Proof("containment", "held"), Proof("layer landlock", "missing", do="Use a newer kernel.")], 0),
        ([Proof("containment", "held"), Proof("a probe", "not held", "it got out")], 1),
        ([Proof("containment", "missing", do="Grade on Linux.")], 1),
    ],
)
def test_the_exit_code_says_whether_everything_held(monkeypatch, rows, code):
    from rich.console import Console

    monkeypatch.setattr(doctor, "examine", lambda: rows)
    text, data = io.StringIO(), io.StringIO()
    assert doctor.doctor(as_json=False, console=Console(file=text, width=200)) == code
    assert doctor.doctor(as_json=True, console=Console(file=data)) == code
    for row in rows:
        assert f"{row.name}: {row.state}" in text.getvalue()
        assert row.do in text.getvalue()
    assert json.loads(data.getvalue())[0]["state"] == rows[0].state


def test_a_machine_without_a_tier_is_not_attacked(monkeypatch):
    monkeypatch.setattr(tiers, "lack", lambda tier: "This machine lacks it.")
    assert doctor.examine(Tier.NONE) == [
        Proof("containment", "missing", "tier none", "This machine lacks it.")
    ]  # fmt: skip


def test_an_attack_that_ends_unexpectedly_is_not_held():
    probe = doctor.Probe("a probe", "storm", stops=(Outcome.BLOCKED,))
    assert doctor._ended(probe, doctor.Usage(ended=Outcome.BLOCKED)).state == "held"
    for usage in (doctor.Usage(ended=Outcome.TIMED_OUT), doctor.Usage(detail="by SIGSEGV"), doctor.Usage()):
        assert doctor._ended(probe, usage).state == "not held"
