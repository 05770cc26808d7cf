"""What the jobs of the benchmark share: runs of the program, runs of peers, and the table.

A peer is one way (a *form*) in which a program that people use today does the same work. It runs in a fresh process, as ours does; imports
stay outside its time, which favours it. All forms of all peers write or return the same result, and a digest of it is compared with
the digest of ours: a ratio stands only beside equal results.
"""

import importlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

PROGRAM = str(Path("target/release/blocwatch").resolve())
HERE = Path(__file__).parent
DATA = Path("target/bench-data")


@dataclass
class Run:
    """Wall times in milliseconds, the largest peak in MiB, and what was printed or found."""

    walls: list
    peak: float = 0.0
    result: object = None
    name: str = ""

    @property
    def median(self):
        return statistics.median(self.walls)


@dataclass
class Bench:
    shared: Path
    runs: int
    home: str
    failed: list = field(default_factory=list)
    ready: bool = False

    def observatory(self):
        """Fetches and builds once, for the jobs that ask a built observatory."""
        if not self.ready:
            self.ours("fetch", "--all", "--from", str(self.shared / "data"), runs=1)
            self.ours("build", runs=1)
            self.ready = True
        current = Path(self.home, "current").read_text().strip()
        return Path(self.home, "observatories", current, "tables")

    def ours(self, *args, runs=None, program=(PROGRAM,), home=True):
        """Whole processes of the program, from start to exit."""
        before = ["-q", "--home", self.home] if home else []
        return self.process([*program, *before, *args], runs or self.runs)

    def process(self, command, runs):
        run = Run([])
        for _ in range(runs):
            with tempfile.TemporaryFile() as out:
                # started by a small process: a child counts the size that its parent had when it was made
                told = subprocess.run([sys.executable, "-S", "-E", str(HERE / "measured.py"), *map(str, command)], stdout=out, stderr=subprocess.PIPE)
                said = told.stderr.decode(errors="replace").strip().splitlines()
                if told.returncode not in (0, 1):
                    raise RuntimeError(f"{command} failed with {told.returncode}: {' '.join(said[-2:])}")
                wall, peak = said[-1].split()
                run.walls.append(float(wall))
                run.peak = max(run.peak, float(peak))
                out.seek(0)
                run.result = out.read()
        return run

    def peers(self, job, forms, **arguments):
        """Runs every form of every peer; one that is not installed or fails is told and left out."""
        found = []
        for form in forms:
            run = Run([], name=form)
            for _ in range(self.runs):
                command = [sys.executable, str(HERE / "harness.py"), job, form, json.dumps(arguments)]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    last = (done.stderr.strip().splitlines() or ["no message"])[-1]
                    print(f"  {form}: left out ({last[:150]})", flush=True)
                    break
                said = json.loads(done.stdout.strip().splitlines()[-1])
                run.walls.append(said["ms"])
                run.peak = max(run.peak, said["peak"])
                run.result = said["digest"]
            else:
                found.append(run)
        return found

    def title(self, text):
        print(f"\n{text}", flush=True)

    def line(self, what, run, goal=None, peers=(), digest=None, note=""):
        """One line of the table. `goal` is in milliseconds, or a ratio to the best peer as `x3`."""
        ratio = ""
        equal = [p for p in peers if digest is None or p.result == digest]
        best = min(equal, key=lambda p: p.median, default=None)
        met = ""
        if best:
            times = best.median / run.median
            ratio = f"{times:.1f} times faster than {best.name}" if times >= 1 else f"{1 / times:.1f} times slower than {best.name}"
        if isinstance(goal, str) and best:
            met = "met" if best.median / run.median >= float(goal[1:]) else "MISSED"
            goal = f"{goal[1:]} times"
        elif goal is not None and not isinstance(goal, str):
            met = "met" if run.median <= goal else "MISSED"
            goal = f"{goal} ms"
        said = f"goal {goal}: {met}" if met else ""
        peak = f"{run.peak:.0f} MiB" if run.peak else ""
        spread = f"{min(run.walls):.0f}-{max(run.walls):.0f}" if len(run.walls) > 1 else ""
        print(f"{what:<44} {run.median:>9.1f} ms {spread:>11} {peak:>9}  {said:<22} {ratio} {note}".rstrip(), flush=True)
        for p in sorted(peers, key=lambda p: p.median):
            same = "" if digest is None else ("same result" if p.result == digest else "OTHER RESULT, not compared")
            print(f"    {p.name:<40} {p.median:>9.1f} ms {min(p.walls):>5.0f}-{max(p.walls):<5.0f} {p.peak:>5.0f} MiB  {same}", flush=True)
            if same.startswith("OTHER"):
                self.failed.append(f"{what}: {p.name} has another result")
                print(f"      ours   {digest}\n      theirs {p.result}", flush=True)


def peak():
    """The largest resident size of this process so far, in MiB."""
    for text in open("/proc/self/status"):
        if text.startswith("VmHWM"):
            return int(text.split()[1]) / 1024
    return 0.0


def machine():
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


def child(job, form, arguments):
    """One run of a peer: `prepare` imports, `work` is timed, `digest` looks at the result."""
    work, digest = importlib.import_module(f"jobs.{job}").PEERS[form](**arguments)
    start = time.perf_counter()
    result = work()
    ms = (time.perf_counter() - start) * 1e3
    print(json.dumps({"ms": ms, "peak": peak(), "digest": digest(result)}))


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
