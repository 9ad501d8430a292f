#!/usr/bin/env python3
"""Counts the instructions of the key paths under callgrind and compares them with the committed
figures: ./dev instructions. A machine may be slow or busy, and a path takes as many instructions.

The figures are those of one compiler, C library and SQLite; elsewhere nothing is compared, which is
said. Each path is gone a few times and twice as often: the difference leaves out what comes once.
"""

import argparse
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FIGURES = Path(__file__).with_suffix(".json")
PROGRAMS = ("lib_key_paths", "sim_key_paths")
TOLERANCE = 0.03
NOT_COMPARED = 77
# Enough times that what comes once in a while (a checkpoint, a table that grows) is in both runs in
# about its share, and few enough for callgrind.
TIMES = {"core_renewal": 4000, "core_tenure": 2000, "guard_join_and_drop": 4000,
         "memory_acquire_and_release": 2000, "memory_busy": 4000, "memory_renew_100": 50,
         "sqlite_acquire_and_release": 300, "sqlite_busy": 1000, "sqlite_renew_100": 30,
         "clock_read": 20000, "explore_2x1": 1, "queue_1000": 20000, "scenario_text": 20,
         "worlds_host_clock": 8, "worlds_observation": 8, "worlds_tight": 8}


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True,
                          check=True).stdout.splitlines()[0].strip()


def environment(cache):
    """What the figures depend on beside the code."""
    compiler = re.search(r"^CMAKE_CXX_COMPILER:[A-Z]+=(.*)$", cache.read_text(), re.M)[1]
    return {"compiler": first_line(compiler, "--version"), "libc": first_line("ldd", "--version"),
            "sqlite": first_line("pkg-config", "--modversion", "sqlite3")}


def counted(program, path, times):
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                           str(program), path, str(times)],
                          capture_output=True, text=True, check=False)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"instructions: {program.name} {path} failed:\n{done.stdout}{done.stderr}")
    return int(found[1])


def measured(binaries, jobs):
    paths = [(binaries / program, path) for program in PROGRAMS
             for path in subprocess.run([str(binaries / program)], capture_output=True, text=True,
                                        check=True).stdout.split()]
    missing = {path for _, path in paths} ^ set(TIMES)
    if missing:
        sys.exit("instructions: TIMES and the programs differ in: " + ", ".join(sorted(missing)))

    def one(program, path):
        times = TIMES[path]
        return (counted(program, path, 2 * times) - counted(program, path, times)) // times

    with ThreadPoolExecutor(jobs) as pool:
        counts = list(pool.map(lambda each: one(*each), paths))
    return {path: count for (_, path), count in zip(paths, counts)}


def compared(old, new, tolerance=TOLERANCE):
    """A line for each path, and those that got worse. A path that is new has no figure yet, which
    counts as worse: it must be written down."""
    lines, worse = [], []
    for path in sorted(old.keys() | new.keys()):
        before, now = old.get(path), new.get(path)
        if before is None or now is None:
            lines.append(f"{path}: {'has no committed figure' if now else 'is gone'}")
            worse.append(path)
            continue
        verdict = "ok"
        if now > before * (1 + tolerance):
            verdict = "WORSE"
            worse.append(path)
        elif now < before * (1 - tolerance):
            verdict = "better: write it down"
        lines.append(f"{path:28} {before:>14,} -> {now:>14,}  {now / before - 1:+7.1%}  {verdict}")
    return lines, worse


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help="a build of the preset release")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rewrite", action="store_true",
                        help="write the figures down; say in the commit why they changed")
    args = parser.parse_args()
    here = environment(args.build / "CMakeCache.txt")
    committed = json.loads(FIGURES.read_text()) if FIGURES.exists() else {"of": here, "paths": {}}
    if committed["of"] != here and not args.rewrite:
        print(f"instructions: NOT COMPARED: the figures are of {committed['of']}, this is {here}")
        sys.exit(NOT_COMPARED)
    new = measured(args.build / "bin", args.jobs)
    lines, worse = compared(committed["paths"], new)
    print("\n".join(lines))
    if args.rewrite:
        FIGURES.write_text(json.dumps({"of": here, "paths": new}, indent=1, sort_keys=True) + "\n")
    elif worse:
        sys.exit("instructions: more than 3 % worse, or not written down: " + ", ".join(worse)
                 + "\nIf that is meant: ./dev instructions --rewrite, and the reason in the commit")


if __name__ == "__main__":
    main()
