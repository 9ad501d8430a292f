#!/usr/bin/env python3
"""Changes the library in small ways that nobody thought of, one at a time, and looks whether anything
notices: the stories, the unit tests, 3,000 generated worlds. What survives is printed as a diff.

Bugs that are planted by hand are those that somebody thought of; these are drawn by a seed.
"""

import argparse
import concurrent.futures
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from sites import KINDS, mutations_of

PLACES = ("lib/src/core", "lib/src/shell", "lib/src/stores/record.cc", "lib/src/stores/sqlite")
TARGETS = ("leasehold-sim", "leasehold_tests")
COPIED = ("CMakeLists.txt", "CMakePresets.json", "cmake", "lib", "proptests", "scenarios", "sim")
# What is notable of the lock, the store or the simulator; the client and its threads have others.
TESTS = "*-*Lifetime*:*Closing*:*Prometheus*:*LogLines*:*Dump*:*SystemRandom*"
CHECKS = (
    ("stories", ("bin/leasehold-sim", "replay", "-q", "scenarios")),
    ("tests", ("bin/leasehold_tests", "--gtest_fail_fast", f"--gtest_filter={TESTS}")),
    ("worlds", ("bin/leasehold-sim", "sweep", "--seeds", "1..500", "--failures", "build/failures")),
    ("tight worlds", ("bin/leasehold-sim", "sweep", "--profile", "tight", "--seeds", "1..250",
                      "--failures", "build/failures")),
)


def files(root):
    for place in PLACES:
        path = root / place
        yield from sorted(path.glob("*.cc")) if path.is_dir() else [path]


def drawn(root, seed, count):
    """Mutations of every kind by turns, none twice."""
    by_kind = {kind: [] for kind in KINDS}
    for path in files(root):
        name = str(path.relative_to(root))
        for one in mutations_of(name, path.read_text()):
            by_kind[one.kind].append(one)
    dice = random.Random(seed)
    for sites in by_kind.values():
        dice.shuffle(sites)
    row = []
    while len(row) < count and any(by_kind.values()):
        row += [sites.pop() for sites in by_kind.values() if sites]
    return row[:count]


def wilson(hits, tries):
    """The 95 % interval of a share (Wilson, "Probable Inference", JASA 1927)."""
    if tries == 0:
        return 0.0, 1.0
    z = 1.959964
    share = hits / tries
    middle = share + z * z / (2 * tries)
    spread = z * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    scale = 1 + z * z / tries
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


# What is mixed up, never false or not used any more is what the warnings would say of a mutation; that
# they say so is no merit of the tests.
LENIENT = "".join(f'#pragma GCC diagnostic ignored "-W{name}"\n' for name in (
    "parentheses", "type-limits", "unused-variable", "unused-parameter", "unused-but-set-variable",
    "unused-function", "unused-value", "maybe-uninitialized", "sign-compare", "empty-body"))


class Scratch:
    """A copy of the tree that is built and run in."""

    def __init__(self, root, tree, jobs):
        self.root, self.tree, self.jobs = root, tree, jobs
        self.build = tree / "build" / "dev"
        self.limits = {}

    def copy(self):
        self.tree.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            source, target = self.root / name, self.tree / name
            if source.is_dir():
                # In place, and what did not change keeps its time: it is not built again.
                for path in sorted(source.rglob("*")):
                    if path.is_file() and "__pycache__" not in path.parts:
                        self.put(path, target / path.relative_to(source))
            else:
                self.put(source, target)

    @staticmethod
    def put(source, target):
        text = source.read_bytes()
        if target.exists() and target.read_bytes() == text:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)

    def configure(self):
        # As every day, so that ccache has most of it.
        command = ["cmake", "--preset", "dev", "-DLEASEHOLD_BUILD_PROPERTIES=OFF",
                   "-DLEASEHOLD_BUILD_CLI=OFF", "-DLEASEHOLD_INSTALL=OFF"]
        return self.run(command, self.tree, 600)

    def run(self, command, where, seconds):
        """(exit code, output); None for the code: it did not end."""
        environment = os.environ | {"CCACHE_BASEDIR": str(self.tree), "CCACHE_NOHASHDIR": "1"}
        process = subprocess.Popen(command, cwd=where, env=environment, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=seconds)
            return process.returncode, output.decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            return None, output.decode(errors="replace")

    def built(self):
        command = ["cmake", "--build", "--preset", "dev", "-j", str(self.jobs), "--target", *TARGETS]
        return self.run(command, self.tree, 1800)

    def first_to_notice(self):
        """The check that fails, and how; None: none does."""
        for name, command in CHECKS:
            program = [str(self.build / command[0]), *command[1:]]
            began = time.monotonic()
            code, output = self.run(program, self.tree, self.limits.get(name, 1800))
            if name not in self.limits:
                # Others use the machine too.
                self.limits[name] = 60 + 20 * (time.monotonic() - began)
            if code is None:
                return f"{name}: does not end", output
            if code != 0:
                return f"{name}: {told(name, output)}", output
        return None, ""


def told(name, output):
    lines = output.splitlines()
    if name == "tests":
        failed = [line.split()[3] for line in lines if line.startswith("[  FAILED  ] ")]
        begun = [line.split()[3] for line in lines if line.startswith("[ RUN      ] ")]
        # Without a failure it is the last one begun that did not end.
        return (failed or begun[-1:] or ["?"])[0].rstrip(",")
    for line in lines:
        if line.startswith("DIFFERS: "):
            return line.split()[1]
        if re.match(r"I\d+: ", line):
            return line.split(":")[0]
        if line.startswith("vacuous: "):
            return line
    return (lines or ["it says nothing"])[-1]


def arguments():
    parser = argparse.ArgumentParser(description="Try whether small changes of the library are noticed.")
    parser.add_argument("root", type=Path, help="of the repository")
    parser.add_argument("--count", type=int, default=150, help="how many are drawn (150)")
    parser.add_argument("--seed", type=int, default=1, help="of the drawing (1)")
    parser.add_argument("--minutes", type=float, default=60, help="begin none after that long (60)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="compilers at a time, in a tree")
    parser.add_argument("--trees", type=int, default=2 * os.cpu_count(),
                        help="so many are tried at a time, as most of the tests wait (two for each core)")
    parser.add_argument("--list", action="store_true", help="print what is drawn, and try nothing")
    return parser.parse_args()


def outcome_of(scratch, one):
    """("not built", "killed" or "survived", what is said of it)."""
    path = scratch.tree / one.file
    whole = path.read_text()
    lines = whole.split("\n")
    lines[one.line - 1] = one.after
    path.write_text(LENIENT + "\n".join(lines))
    try:
        code, _ = scratch.built()
        noticed = scratch.first_to_notice()[0] if code == 0 else None
    finally:
        path.write_text(whole)
    if code != 0:
        return "not built", "does not build"
    return ("killed", f"killed by {noticed}") if noticed else ("survived", "SURVIVED")


class Trial:
    """A row of mutations, tried by as many threads as there are scratch trees."""

    def __init__(self, row, ends):
        self.row, self.ends = row, ends
        self.begun = 0
        self.tally = {"killed": 0, "survived": [], "not built": 0}
        self.lock = threading.Lock()

    def next(self):
        with self.lock:
            if self.begun == len(self.row) or time.monotonic() > self.ends:
                return None
            self.begun += 1
            return self.begun

    def note(self, number, kind, said):
        one = self.row[number - 1]
        with self.lock:
            if kind == "survived":
                self.tally[kind].append(one)
            else:
                self.tally[kind] += 1
            print(f"{number:4} {one.file}:{one.line} {one.kind}: {said}", flush=True)

    def work(self, scratch):
        while (number := self.next()) is not None:
            self.note(number, *outcome_of(scratch, self.row[number - 1]))

    def run(self, scratches):
        with concurrent.futures.ThreadPoolExecutor(len(scratches)) as pool:
            for done in [pool.submit(self.work, scratch) for scratch in scratches]:
                done.result()
        if self.begun < len(self.row):
            print(f"out of time after {self.begun} of {len(self.row)}")
        self.tally["survived"].sort(key=self.row.index)
        return self.tally


def make_ready(scratches):
    """Ends the program if a tree that nothing was changed in is of no use."""
    # One after another: what the first compiles ccache has for the others.
    for scratch in scratches:
        scratch.copy()
        for step in (scratch.configure, scratch.built):
            code, output = step()
            if code != 0:
                sys.exit(f"mutate: without any change: {output}")
    noticed, output = scratches[0].first_to_notice()
    if noticed:
        sys.exit(f"mutate: without any change, {noticed}: nothing can be learnt\n{output}")
    for scratch in scratches:
        scratch.limits = scratches[0].limits


def main():
    wanted = arguments()
    began = time.monotonic()
    root = wanted.root.resolve()
    row = drawn(root, wanted.seed, wanted.count)
    if not row:
        sys.exit(f"mutate: {root}: nothing to change in {', '.join(PLACES)}; accepted: this repository")
    print(f"seed {wanted.seed}: {len(row)} mutations")
    if wanted.list:
        for one in row:
            print(one.diff(), end="")
        return 0
    scratches = [Scratch(root, root / "build" / "mutate" / str(one), wanted.jobs)
                 for one in range(1, wanted.trees + 1)]
    make_ready(scratches)
    print(f"ready after {time.monotonic() - began:.0f} s", flush=True)
    tally = Trial(row, began + 60 * wanted.minutes).run(scratches)
    tried = tally["killed"] + len(tally["survived"])
    low, high = wilson(tally["killed"], tried)
    share = 100 * tally["killed"] / tried if tried else 0
    print(f"killed {tally['killed']} of {tried} that build ({share:.1f} %, with 95 % confidence "
          f"{100 * low:.1f} to {100 * high:.1f} %), {tally['not built']} do not build, "
          f"in {time.monotonic() - began:.0f} s")
    for one in tally["survived"]:
        print(one.diff(), end="")
    return 0 if tried and share >= 90 else 1


if __name__ == "__main__":
    sys.exit(main())
