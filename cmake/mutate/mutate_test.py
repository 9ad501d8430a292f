#!/usr/bin/env python3
"""Tests of ./dev mutate: what it changes and what it leaves alone. Usage: mutate_test.py ROOT"""

import contextlib
import io
import math
import sys
import unittest
from pathlib import Path
from unittest import mock

from mutate import Trial, drawn, told, wilson
from sites import KINDS, mutations_of

ROOT = Path(sys.argv.pop(1) if len(sys.argv) > 1 else ".")


def afters(text, kind):
    return [one.after for one in mutations_of("f.cc", text) if one.kind == kind]


class Sites(unittest.TestCase):
    def test_a_comparison_is_flipped_and_a_template_is_none(self):
        self.assertEqual(afters("  x = a < b;", "comparison"), ["  x = a <= b;"])
        self.assertEqual(afters("  x = a != b && c >= d;", "comparison"),
                         ["  x = a == b && c >= d;", "  x = a != b && c > d;"])
        self.assertEqual(afters("  std::vector<int> x;", "comparison"), [])

    def test_and_is_or(self):
        self.assertEqual(afters("  return a && b ||", "logic"), ["  return a || b ||", "  return a && b &&"])

    def test_a_constant_is_off_by_one_and_a_name_is_none(self):
        self.assertEqual(afters("  x1 = y / 10;", "constant"), ["  x1 = y / 11;"])
        self.assertEqual(afters("  x = 0x10 + 1'000;", "constant"), [])

    def test_a_branch_is_inverted_unless_it_declares(self):
        self.assertEqual(afters("  if (f(a) || b) return;", "branch"), ["  if (!(f(a) || b)) return;"])
        self.assertEqual(afters("  if (const auto x = f()) {", "branch"), [])
        self.assertEqual(afters("  if (auto x = f(); x) {", "branch"), [])

    def test_a_statement_is_dropped_if_it_is_a_whole_one(self):
        self.assertEqual(afters("void f() {\n  g(1);\n}", "statement"), ["  ;"])
        self.assertEqual(afters("  a = b +\n      c;", "statement"), [])
        self.assertEqual(afters("{\n  return a;\n  const int b = 1;\n  int c = 2;", "statement"), [])

    def test_what_is_no_code_is_left_alone(self):
        for text in ('  // a < b', '  f("a < b");', "#if 1 < 2", 'R"sql(\n  a < b;\n)sql"', "static_assert(1 < 2);"):
            self.assertEqual([one.after for one in mutations_of("f.cc", text)
                              if one.kind != "statement"], [], text)

    def test_an_assertion_is_left_alone(self):
        self.assertEqual(mutations_of("f.cc", "{\n  LEASEHOLD_ASSERT(a < 1 &&\n      b);"), [])

    def test_a_block_that_only_a_planted_bug_runs_is_left_alone(self):
        text = "{\n  if (planted(Bug::M01) && a) {\n    b = c < d;\n  }\n  e = f < g;\n}"
        self.assertEqual({one.line for one in mutations_of("a.cc", text)}, {5})
        for more in ("if (!planted(Bug::M01)) {", "if (planted(Bug::M01) || a) {"):
            text = "{\n  " + more + "\n    b = c < d;\n  }\n}"
            self.assertEqual({one.line for one in mutations_of("a.cc", text)}, {3})

    def test_a_planted_bug_is_left_alone_to_the_end_of_its_statement(self):
        text = "{\n  if (a < b &&\n      planted(Bug::M01) &&\n      c < d) {\n  e = f < g;"
        self.assertEqual([after.strip() for after in afters(text, "comparison")],
                         ["if (a <= b &&", "e = f <= g;"])


class Drawing(unittest.TestCase):
    def test_a_seed_is_a_row_without_repetition_and_of_every_kind(self):
        row = drawn(ROOT, 1, 150)
        self.assertEqual(len(set(row)), 150)
        self.assertEqual(row, drawn(ROOT, 1, 150))
        self.assertNotEqual(row, drawn(ROOT, 2, 150))
        self.assertEqual({one.kind for one in row}, set(KINDS))
        for one in row:
            self.assertNotEqual(one.before, one.after)
            self.assertEqual((ROOT / one.file).read_text().split("\n")[one.line - 1], one.before)

    def test_the_interval_is_wilsons(self):
        low, high = wilson(90, 100)
        self.assertAlmostEqual(low, 0.8256, places=4)
        self.assertAlmostEqual(high, 0.9448, places=4)
        self.assertEqual(wilson(0, 0), (0.0, 1.0))

    def test_the_test_that_noticed_is_named(self):
        self.assertEqual(told("tests", "[ RUN      ] A.B\n[  FAILED  ] A.B (3 ms)\n"), "A.B")
        self.assertEqual(told("tests", "[ RUN      ] A.B\n"), "A.B")
        self.assertEqual(told("worlds", "kinds of failure: 1\nI13: P1 believes on\n"), "I13")
        self.assertEqual(told("stories", "DIFFERS: scenarios/a.json under leasehold; I1 is broken"),
                         "scenarios/a.json")


class Trying(unittest.TestCase):
    @staticmethod
    def tried(row, ends, trees):
        """(the tally, what was printed) where the first letter of a mutation says what comes of it."""
        kinds = {"k": "killed", "s": "survived", "n": "not built"}
        printed = io.StringIO()
        with mock.patch("mutate.outcome_of", lambda _, one: (kinds[one.name[0]], "so")), \
             contextlib.redirect_stdout(printed):
            tally = Trial(row, ends).run([object()] * trees)
        return tally, printed.getvalue()

    @staticmethod
    def row(names):
        made = [mock.Mock(file="f.cc", line=1, kind="logic") for _ in names.split()]
        for one, name in zip(made, names.split()):
            one.name = name
        return made

    def test_each_is_tried_once_whoever_tries_it(self):
        row = self.row("k1 s1 n1 k2 s2 k3 k4")
        tally, printed = self.tried(row, math.inf, 3)
        self.assertEqual(tally, {"killed": 4, "survived": [row[1], row[4]], "not built": 1})
        self.assertEqual(len(printed.splitlines()), len(row))

    def test_what_time_is_too_short_for_is_not_counted(self):
        tally, printed = self.tried(self.row("k1 k2"), 0, 2)
        self.assertEqual(tally["killed"], 0)
        self.assertEqual(printed, "out of time after 0 of 2\n")


if __name__ == "__main__":
    unittest.main()
