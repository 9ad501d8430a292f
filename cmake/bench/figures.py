"""A figure: what a benchmark took, against its floor and its bar.

The ratio is ours / floor, where "less" names a benchmark whose time is taken off ours first; where the spec says "inverse" it is floor / ours, the share of the floor's
speed that is reached when both are times.
"""

import re
from statistics import median

COMPARE = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b}
# Google Benchmark's time units, in nanoseconds.
UNITS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
TIMES = ("real_time", "cpu_time")


class Runs:
    """The repetitions of every benchmark of a program."""

    def __init__(self, by_name, context, why):
        self.by_name = by_name
        self.context = context
        self.why = why

    @staticmethod
    def none(why):
        return Runs({}, {}, why)

    @staticmethod
    def of(report):
        by_name = {}
        for run in report["benchmarks"]:
            if run.get("run_type", "iteration") == "iteration":
                by_name.setdefault(run["run_name"], []).append(run)
        context = report["context"]
        return Runs(by_name, {key: context[key] for key in ("num_cpus", "mhz_per_cpu")}, "")

    def values(self, name, value):
        """One for each repetition, times in ns; empty, and why, if there is none."""
        # Manual times and the like are told in the name that is run, after the benchmark's own.
        found = self.by_name.get(name) or next(
            (runs for run_name, runs in self.by_name.items()
             if re.sub(r"/(iterations:\d+|manual_time|real_time|repeats:\d+|threads:1)", "",
                       run_name) == name), None)
        if found is None:
            return [], self.why or f"there is no benchmark {name}"
        for run in found:
            if run.get("error_occurred"):
                return [], "failed: " + run["error_message"]
            if value not in run:
                return [], f"{name} has no {value}"
        scale = [UNITS[run["time_unit"]] if value in TIMES else 1.0 for run in found]
        return [run[value] * by for run, by in zip(found, scale)], ""


class Figure:
    """One line of the table."""

    def __init__(self, spec, runs):
        self.spec = spec
        value = spec.get("value", "cpu_time")
        self.ours, self.why = runs.values(spec["ours"], value)
        self.floors = []
        if "floor" in spec and not self.why:
            self.floors, self.why = runs.values(spec["floor"], spec.get("floor_value", value))
        if "less" in spec and not self.why:
            taken_off, self.why = runs.values(spec["less"], value)
            self.ours = [a - b for a, b in zip(self.ours, taken_off)]
        scale = spec.get("scale", 1.0)
        self.ours = [one * scale for one in self.ours]
        self.floors = [one * scale for one in self.floors]
        # Those of one repetition were run one soon after the other.
        self.ratios = self.ours
        if self.floors:
            self.ratios = [self.of_both(a, b) for a, b in zip(self.ours, self.floors)]

    def measured(self):
        return not self.why

    def of_both(self, ours, floor):
        return floor / ours if self.spec.get("inverse") else ours / floor

    def ratio(self):
        """Of the medians; without a floor it is the value itself."""
        if not self.floors:
            return median(self.ours)
        return self.of_both(median(self.ours), median(self.floors))

    def verdict(self):
        if not self.measured():
            return self.why
        if "bar" not in self.spec:
            return ""
        how, bar = self.spec["bar"].split()
        return "ok" if COMPARE[how](self.ratio(), float(bar)) else "falls short"

    def row(self):
        unit = self.spec.get("unit", "ns")
        if not self.measured():
            return [self.spec["figure"], "", "", "", self.spec.get("bar", ""), self.why]
        floor = f"{number(median(self.floors))} {unit}" if self.floors else ""
        spread = f"{number(self.ratio())} ({number(min(self.ratios))}..{number(max(self.ratios))})"
        return [self.spec["figure"], f"{number(median(self.ours))} {unit}", floor,
                spread if self.floors or len(self.ratios) > 1 else "",
                self.spec.get("bar", ""), self.verdict()]

    def as_json(self):
        return {**self.spec, "measured": self.ours, "floors": self.floors,
                "ratio": self.ratio() if self.measured() else None, "verdict": self.verdict()}


def number(value):
    """Three digits that matter, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.3g}"


def table(figures):
    rows = [["figure", "ours", "floor", "ratio (least..most)", "bar", ""]]
    rows += [one.row() for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
             for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines))] + lines[1:])
