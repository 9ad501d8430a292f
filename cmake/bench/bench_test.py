"""What ./dev bench makes of a report."""

import json
import unittest
from pathlib import Path

import growth
from figures import Figure, Runs, number, table
from instructions import TIMES, compared


def report(**runs):
    """Of Google Benchmark: every name with its times, in microseconds."""
    return {"context": {"num_cpus": 2, "mhz_per_cpu": 1},
            "benchmarks": [{"run_name": name, "run_type": "iteration", "time_unit": "us",
                            "real_time": time, "cpu_time": time}
                           for name, times in runs.items() for time in times]
                          + [{"run_name": name, "run_type": "aggregate", "time_unit": "us",
                              "real_time": -1, "cpu_time": -1} for name in runs]}


def figure(runs, **spec):
    return Figure({"figure": "f", "program": "p", "ours": "ours", **spec}, runs)


class FigureTest(unittest.TestCase):
    runs = Runs.of(report(ours=[3, 4, 9], floor=[2, 4, 3]))

    def test_the_ratio_is_of_the_medians_and_the_spread_of_each_repetition(self):
        one = figure(self.runs, floor="floor", bar="<= 1.5")
        self.assertAlmostEqual(one.ratio(), 4 / 3)
        self.assertEqual(one.ratios, [1.5, 1, 3])
        self.assertEqual(one.verdict(), "ok")
        self.assertEqual(figure(self.runs, floor="floor", bar="<= 1.3").verdict(), "falls short")

    def test_an_inverse_is_the_share_of_the_floors_speed(self):
        one = figure(self.runs, floor="floor", inverse=True, bar=">= 0.8")
        self.assertAlmostEqual(one.ratio(), 3 / 4)
        self.assertEqual(one.verdict(), "falls short")

    def test_what_is_not_ours_is_taken_off(self):
        self.assertEqual(figure(self.runs, less="floor").ours, [1000, 0, 6000])
        self.assertFalse(figure(self.runs, less="none").measured())

    def test_without_a_floor_the_bar_is_on_the_value_in_its_unit(self):
        one = figure(self.runs, unit="us", scale=1e-3, bar="<= 4")
        self.assertEqual(one.ratio(), 4)
        self.assertEqual(one.verdict(), "ok")

    def test_what_was_not_measured_is_never_ok(self):
        for runs in (Runs.none("not built"), self.runs):
            one = figure(runs, ours="another", bar=">= 0")
            self.assertFalse(one.measured())
            self.assertNotEqual(one.verdict(), "ok")
        self.assertNotEqual(figure(self.runs, floor="none", bar=">= 0").verdict(), "ok")

    def test_an_error_of_a_benchmark_is_told(self):
        broken = report(ours=[1])
        broken["benchmarks"][0].update(error_occurred=True, error_message="lost")
        self.assertEqual(figure(Runs.of(broken)).verdict(), "failed: lost")

    def test_a_name_may_be_told_with_how_it_is_timed(self):
        runs = Runs.of(report(**{"ours/iterations:1/manual_time": [5], "ours/7/real_time": [6]}))
        self.assertEqual(figure(runs).ratio(), 5000)
        self.assertEqual(figure(runs, ours="ours/7").ratio(), 6000)

    def test_the_table_has_a_line_for_each(self):
        lines = table([figure(self.runs, bar="<= 1"), figure(Runs.none("not run"))]).splitlines()
        self.assertEqual(len(lines), 4)
        self.assertIn("falls short", lines[2])
        self.assertIn("not run", lines[3])

    def test_numbers_show_three_digits(self):
        self.assertEqual([number(1234.5), number(12.34), number(0.12345)],
                         ["1,234", "12.3", "0.123"])


class GrowthTest(unittest.TestCase):
    spec = {"panel": "a & b", "name": "n", "ours": "grow", "x": "how many", "unit": "ns"}

    def test_a_curve_has_a_point_for_each_size_in_order(self):
        runs = Runs.of(report(**{"grow/100": [2, 3, 1], "grow/10": [1], "grown/1": [1]}))
        self.assertEqual(growth.Curve(self.spec, runs).points, [(10, 1000), (100, 2000)])

    def test_the_picture_shows_every_point_and_needs_nothing_else(self):
        runs = Runs.of(report(**{"grow/100": [2], "grow/10": [1], "grow/1": [1]}))
        svg = growth.picture([growth.Curve(self.spec, runs)])
        self.assertEqual(svg.count("<circle"), 3)
        self.assertIn("a &amp; b", svg)
        self.assertNotIn("href", svg)


class PlanTest(unittest.TestCase):
    plan = json.loads((Path(__file__).parent / "figures.json").read_text())

    def test_what_is_asked_for_is_run_and_what_is_run_is_asked_for(self):
        asked = {spec["program"] for spec in self.plan["figures"] + self.plan["growth"]}
        self.assertEqual(asked, set(self.plan["programs"]))

    def test_every_bar_can_be_read_and_every_name_is_there_once(self):
        names = [spec["figure"] for spec in self.plan["figures"]]
        self.assertEqual(len(names), len(set(names)))
        for spec in self.plan["figures"]:
            self.assertRegex(spec.get("bar", "<= 1"), r"^(<=|>=) [0-9.]+$")


class InstructionsTest(unittest.TestCase):
    def test_three_per_cent_more_are_let_through_and_no_more(self):
        self.assertEqual(compared({"a": 1000, "b": 1000}, {"a": 1030, "b": 1031})[1], ["b"])

    def test_fewer_are_told_and_are_no_failure(self):
        lines, worse = compared({"a": 1000}, {"a": 900})
        self.assertEqual(worse, [])
        self.assertIn("better", lines[0])

    def test_a_path_without_a_figure_or_a_figure_without_a_path_fails(self):
        self.assertEqual(compared({"gone": 1}, {"new": 1})[1], ["gone", "new"])

    def test_every_path_that_is_counted_has_a_committed_figure(self):
        committed = json.loads((Path(__file__).parent / "instructions.json").read_text())
        self.assertEqual(set(committed["paths"]), set(TIMES))


if __name__ == "__main__":
    unittest.main()
