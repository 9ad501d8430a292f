#!/usr/bin/env python3
"""Runs the benchmarks and says in one table how near each figure is to its floor: ./dev bench.

Which programs, which figures and which bars: figures.json. The table goes to the terminal; beside
it, in the directory OUT, are bench.json (every figure with its repetitions) and growth.svg.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import growth
from figures import Figure, Runs, table

HERE = Path(__file__).parent
NOT_RUN = 77  # what a program returns whose server is not installed


def command_of(program, path, settings, out, minimum):
    """Google Benchmark's own options: github.com/google/benchmark, docs/user_guide.md."""
    command = [str(path), f"--benchmark_out={out}", "--benchmark_out_format=json",
               f"--benchmark_repetitions={settings.get('repetitions', 5)}",
               f"--benchmark_min_time={settings.get('min_time', minimum)}"]
    if settings.get("interleaved", True):
        command.append("--benchmark_enable_random_interleaving=true")
    if "filter" in settings:
        command.append(f"--benchmark_filter={settings['filter']}")
    # The last core: interrupts and the rest of the machine's life are rather on the first.
    if settings.get("pinned", True):
        command = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command
    return command


def run(program, settings, args):
    """The runs of one program."""
    path = args.bin / program
    if not path.exists():
        return Runs.none("not built")
    out = args.out / f"{program}.json"
    out.unlink(missing_ok=True)
    began = time.monotonic()
    done = subprocess.run(command_of(program, path, settings, out, args.min_time),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    print(f"   {program}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if done.returncode == NOT_RUN:
        return Runs.none("not run: " + done.stdout.strip().splitlines()[-1])
    if done.returncode != 0:
        print(done.stdout, file=sys.stderr)
        return Runs.none(f"failed with {done.returncode}")
    return Runs.of(json.loads(out.read_text()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bin", type=Path, help="where the programs are")
    parser.add_argument("out", type=Path, help="where to write bench.json and growth.svg")
    parser.add_argument("--only", metavar="PROGRAM", action="append", default=[],
                        help="run this program alone; may be repeated")
    parser.add_argument("--min-time", type=float, default=0.2,
                        help="seconds that each repetition measures at least (default 0.2)")
    args = parser.parse_args()
    plan = json.loads((HERE / "figures.json").read_text())
    unknown = [name for name in args.only if name not in plan["programs"]]
    if unknown:
        parser.error(f"--only: there is no program {unknown[0]}; there are "
                     + ", ".join(plan["programs"]))
    args.out.mkdir(parents=True, exist_ok=True)
    chosen = args.only or list(plan["programs"])
    runs = {name: run(name, plan["programs"][name], args) for name in chosen}
    figures = [Figure(spec, runs[spec["program"]]) for spec in plan["figures"]
               if spec["program"] in runs]
    curves = [growth.Curve(spec, runs[spec["program"]]) for spec in plan["growth"]
              if spec["program"] in runs]
    print(table(figures))
    (args.out / "bench.json").write_text(json.dumps(
        {"context": next((one.context for one in runs.values() if one.context), {}),
         "figures": [one.as_json() for one in figures],
         "growth": [one.as_json() for one in curves]}, indent=1) + "\n")
    if any(one.points for one in curves):
        (args.out / "growth.svg").write_text(growth.picture(curves))
    print(f"figures: {args.out}/bench.json; growth: {args.out}/growth.svg")
    failed = sorted(name for name, one in runs.items() if one.why.startswith("failed"))
    if failed:
        sys.exit("bench: failed: " + ", ".join(failed))


if __name__ == "__main__":
    main()
