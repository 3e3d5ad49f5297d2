"""What containment costs: one contained process, from the request to its end, by tier and by layer.

    python tests/benchmarks/sandbox.py [runs]

Processor time is what counts on a busy machine: of the contained process (fork, layers and teardown
are in it) and of the two processes that start it. Wall times are minima. The entry does nothing, so
what a learner's shell and cells cost is not in here.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from autograder.catalog import find_course
from autograder.errors import SandboxError
from autograder.limits import Limits
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.tiers import Tier, detect

#: A callable that takes (channel, limits) and returns at once.
NOTHING = "builtins:print"


def main(runs: int) -> None:
    strongest = detect()
    print(f"{runs} runs a tier; strongest tier here: {strongest}; milliseconds\n")
    print(
        f"{'tier':10} {'start':>7} {'stop':>7} {'child CPU':>10} {'nursery CPU':>11} {'our CPU':>9}   layers"
    )
    for tier in Tier:
        if tier.strength > strongest.strength:
            print(f"{tier:10} not on this machine")
            continue
        try:
            print(f"{tier:10} {measure(tier, runs)}")
        except SandboxError as error:
            print(f"{tier:10} {error.what.splitlines()[0]}")


def measure(tier: Tier, runs: int) -> str:
    starts, stops, children, layers = [], [], [], []
    with Sandbox(tier=tier, trust=True, preload=find_course().preload, entry=NOTHING) as sandbox:
        sandbox.start(Limits()).stop()
        warm, own = warm_cpu(sandbox), time.process_time()
        for _ in range(runs):
            began = time.perf_counter()
            contained = sandbox.start(Limits())
            started = time.perf_counter()
            usage = contained.stop()
            starts.append(started - began)
            stops.append(time.perf_counter() - started)
            children.append(usage.cpu_seconds)
            layers.append(contained.layers)
        warm, own = (warm_cpu(sandbox) - warm) / runs, (time.process_time() - own) / runs
    each = ", ".join(f"{name} {statistics.median(row[name] for row in layers):.2f}" for name in layers[0])
    return (
        f"{1e3 * min(starts):7.1f} {1e3 * min(stops):7.1f} {1e3 * statistics.median(children):10.1f} "
        f"{1e3 * warm:11.1f} {1e3 * own:9.1f}   {each}"
    )


def warm_cpu(sandbox: Sandbox) -> float:
    """Seconds of processor time of the warm process, its children's left out; 0 without /proc."""
    reaper = sandbox.reaper
    try:
        warm = Path(f"/proc/{reaper}/task/{reaper}/children").read_text().split()[0]
        fields = Path(f"/proc/{warm}/stat").read_text().rpartition(") ")[2].split()
    except (OSError, IndexError):
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
