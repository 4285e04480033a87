"""Tests of budget.py."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest

import budget

_FILE = "apps/hello/budget.txt"


def check(board, size, instructions, text):
    measurement = {"app": "hello", "board": board, "bytes": size, "instructions": instructions}
    return budget.check(measurement, budget.parse(text, _FILE), _FILE)


class BudgetTest(unittest.TestCase):
    def test_a_tight_budget_is_kept_in_silence(self):
        self.assertEqual(check("rpi3", 40_000, 95_000, "rpi3 40960 100000"), ([], []))

    def test_the_limit_itself_is_allowed(self):
        self.assertEqual(check("rpi3", 40_960, 100_000, "rpi3 40960 100000"), ([], []))

    def test_too_many_bytes_are_told_in_one_sentence(self):
        sentence = (
            "rpi3: 41,222 bytes, budget 40,960: 262 too many; "
            "if this growth is worth it, raise apps/hello/budget.txt in the same commit and say why"
        )
        self.assertEqual(check("rpi3", 41_222, 100_000, "rpi3 40960 100000"), ([sentence], []))

    def test_too_many_instructions_are_told(self):
        failures, _ = check("pc", 40_000, 50_001, "pc 40960 50000")
        self.assertEqual(len(failures), 1)
        self.assertTrue(failures[0].startswith("pc: 50,001 instructions to main, budget 50,000: 1 too many; "))

    def test_a_generous_budget_is_a_warning(self):
        failures, warnings = check("rpi3", 20_000, 99_000, "rpi3 40960 100000")
        self.assertEqual(failures, [])
        self.assertEqual(warnings, [f"rpi3: 20,000 bytes, budget 40,960: 104 % too generous; lower it in {_FILE}"])

    def test_a_dash_limits_nothing(self):
        self.assertEqual(check("linux", 1 << 30, None, "linux - -"), ([], []))

    def test_a_limit_on_what_is_not_measured_fails(self):
        failures, _ = check("linux", 60_000, None, "linux 65536 1000")
        self.assertIn("this board measures none", failures[0])

    def test_a_board_without_a_line_fails_and_shows_the_line(self):
        failures, _ = check("virt", 123, 45, "rpi3 1 2\n")
        self.assertEqual(failures, [f"virt: {_FILE} has no line for this board; measured now: virt  123  45"])

    def test_comments_and_blank_lines_are_skipped(self):
        parsed = budget.parse("# board bytes instructions\n\nrpi3 1 2  # why\n", _FILE)
        self.assertEqual(parsed, {"rpi3": budget.Limits(1, 2)})

    def test_malformed_lines_name_their_place(self):
        for line in ("rpi3 1", "rpi3 1 2 3", "rpi3 40k 2", "rpi3 -1 2"):
            with self.assertRaisesRegex(budget.BudgetError, f"^{_FILE}:2: "):
                budget.parse(f"# comment\n{line}\n", _FILE)

    def test_two_lines_for_a_board_are_an_error(self):
        with self.assertRaisesRegex(budget.BudgetError, f"^{_FILE}:2: a second line for rpi3"):
            budget.parse("rpi3 1 2\nrpi3 1 2\n", _FILE)

    def test_the_exit_status_tells_the_result(self):
        with tempfile.TemporaryDirectory() as directory, contextlib.redirect_stderr(io.StringIO()):
            limits = pathlib.Path(directory, "budget.txt")
            measured = pathlib.Path(directory, "m.json")
            measured.write_text(json.dumps({"app": "hello", "board": "rpi3", "bytes": 10, "instructions": 10}))
            arguments = ["--budget", str(limits), "--measurement", str(measured)]
            rows = {"rpi3 10 10": 0, "rpi3 9 10": 1, "rpi3 10 9": 1, "virt 10 10": 1, "rpi3 x 10": 2}
            for text, status in rows.items():
                limits.write_text(text)
                with contextlib.redirect_stdout(io.StringIO()):
                    self.assertEqual(budget.main(arguments), status, text)


if __name__ == "__main__":
    unittest.main()
