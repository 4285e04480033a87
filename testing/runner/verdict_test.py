"""Tables of endings and their verdicts."""

import re
import unittest

import board_spec
import emulator_log
import transcript
import verdict
from process import Ending
from verdict import Expectation, Kind

_LOG = {"file": "qemu.log"}


def spec(zero, nonzero, panic, reset, **more):
    statuses = {"zero": zero, "nonzero": nonzero, "panic": panic, "reset": reset}
    return board_spec.parse({"board": "b", "argv": ["e"], "exit_status": statuses} | more)


PC = spec(33, 35, 35, 0, start_failure_status=[1], log=_LOG)
RPI3 = spec(0, 0, 0, 0, start_failure_status=[1], log=_LOG)
LINUX = spec("code", "code", 101, None)

GOOD = "hello\n\n[enkel] exit 0\n"
SEVEN = "hello\n\n[enkel] exit 7\n"
PANIC = "hello\n\n*** PANIC: CHECK failed: x > 0 ***\nbacktrace:\n  #0 0x0000000000001000\n*** END OF PANIC ***\n"
CUT_PANIC = "hello\n\n*** PANIC: CHECK failed"
NESTED_PANIC = CUT_PANIC + " ***\nbacktrace:\n\n*** PANIC WHILE IN PANIC ***\n*** END OF PANIC ***\n"
TIMED_OUT = Ending(status=0, timed_out=True)
NOTHING_LOGGED = emulator_log.LogReport()
LOGGED = emulator_log.LogReport(("Invalid write",), 1)
TRIPLE_FAULT = emulator_log.LogReport(has_triple_fault=True)
EXPECT_PANIC = Expectation(panic=re.compile("x > 0"))
EXPECT_OTHER = Expectation(panic=re.compile("overflow"))
EXPECT_SEVEN = Expectation(exit_code=7)


def judge(board, text, ending, log=NOTHING_LOGGED, expectation=Expectation(), wanted=(), crashes=0):
    if isinstance(ending, int):
        ending = Ending(status=ending)
    seen = transcript.of(text, [re.compile(pattern) for pattern in wanted], crashes)
    return verdict.judge(board, 30, seen, ending, log, expectation)


class VerdictTest(unittest.TestCase):
    def check(self, rows):
        for kind, words, *case in rows:
            with self.subTest(case=case):
                result = judge(*case)
                self.assertEqual(result.kind, kind, result.message)
                self.assertIn(words, result.message)
                self.assertNotIn("\n", result.message)

    def test_only_the_closing_line_together_with_the_clean_status_passes(self):
        self.check([
            (Kind.PASS, "", PC, GOOD, 33),
            (Kind.PASS, "", RPI3, GOOD, 0),
            (Kind.PASS, "", LINUX, GOOD, 0),
            (Kind.PASS, "", LINUX, GOOD + "\n \n", 0),
        ])

    def test_the_exit_code_of_main_decides(self):
        self.check([
            (Kind.EXIT_CODE, "main returned 7", PC, SEVEN, 35),
            (Kind.EXIT_CODE, "main returned 7", RPI3, SEVEN, 0),
            (Kind.EXIT_CODE, "main returned 7", LINUX, SEVEN, 7),
            (Kind.EXIT_CODE, "main returned -1", LINUX, "[enkel] exit -1\n", 255),
            (Kind.PASS, "exit code 7", PC, SEVEN, 35, NOTHING_LOGGED, EXPECT_SEVEN),
            (Kind.EXIT_CODE, "main returned 0; expected was 7", PC, GOOD, 33, NOTHING_LOGGED, EXPECT_SEVEN),
        ])

    def test_a_status_that_disagrees_with_the_closing_line_fails(self):
        self.check([
            (Kind.STATUS_DISAGREES, "exit 0, but the emulator ended with status 35 instead of 33", PC, GOOD, 35),
            (Kind.STATUS_DISAGREES, "ended with status 0 instead of 33", PC, GOOD, 0),
            (Kind.STATUS_DISAGREES, "exit 7", PC, SEVEN, 33),
            (Kind.STATUS_DISAGREES, "", RPI3, GOOD, 1),
            (Kind.STATUS_DISAGREES, "", LINUX, GOOD, 7),
            (Kind.STATUS_DISAGREES, "", LINUX, SEVEN, 0),
            (Kind.STATUS_DISAGREES, "", LINUX, "[enkel] exit 256\n", 1),
        ])

    def test_a_panic_wins_over_whatever_else_happened(self):
        self.check([
            (Kind.PANIC, "panic: CHECK failed: x > 0", PC, PANIC, 35),
            (Kind.PANIC, "panic: CHECK failed: x > 0", PC, PANIC + GOOD, 33),
            (Kind.PANIC, "panic: CHECK failed: x > 0", RPI3, PANIC, 0),
            (Kind.PANIC, "panic: CHECK failed: x > 0", LINUX, PANIC, 101),
            (Kind.PANIC, "did not power off within 30 s", PC, PANIC, TIMED_OUT),
            (Kind.PANIC, "CHECK failed, and then a second panic", PC, NESTED_PANIC, 35),
            (Kind.PANIC, "panic: its report did not reach the console", LINUX, "*** PANIC WHILE IN PANIC ***\n", 102),
            (Kind.PANIC, "panic: CHECK failed", PC, CUT_PANIC, 0, TRIPLE_FAULT),
            (Kind.PANIC, "panic: CHECK failed", LINUX, CUT_PANIC, Ending(signal=11)),
        ])

    def test_an_expected_panic_passes_only_when_it_is_complete_and_matches(self):
        self.check([
            (Kind.PASS, "panicked as expected", PC, PANIC, 35, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.PASS, "panicked as expected", LINUX, PANIC, 101, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.PANIC, "expected was a panic that matches /overflow/", PC, PANIC, 35, NOTHING_LOGGED, EXPECT_OTHER),
            (Kind.NO_PANIC, "main returned 0; expected was a panic", PC, GOOD, 33, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.EARLY_EXIT, "", PC, "hello\n", 35, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.HANG, "no closing line", PC, "hello\n", TIMED_OUT, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.HANG, "the expected panic came", PC, PANIC, TIMED_OUT, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.RESET, "", PC, "hello\n", 0, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.PANIC, "a second panic", PC, NESTED_PANIC, 35, NOTHING_LOGGED, Expectation(panic=re.compile(""))),
            (Kind.PANIC, "breaks off", PC, "*** PANIC: x > 0 ***\n", 35, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.STATUS_DISAGREES, "closing line, too", PC, PANIC + GOOD, 35, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.STATUS_DISAGREES, "status 0", PC, PANIC, 0, NOTHING_LOGGED, EXPECT_PANIC),
            (Kind.STATUS_DISAGREES, "SIGSEGV", LINUX, PANIC, Ending(signal=11), NOTHING_LOGGED, EXPECT_PANIC),
        ])

    def test_expected_crashes_come_before_the_end_and_are_no_more_than_that(self):
        rest = (NOTHING_LOGGED, Expectation(), (), 2)
        self.check([
            (Kind.PASS, "exit code 0", PC, PANIC + PANIC + GOOD, 33, *rest),
            (Kind.TOO_FEW_CRASHES, "1 more panic(s)", PC, PANIC + GOOD, 33, *rest),
            (Kind.PANIC, "panic: CHECK failed", PC, PANIC * 3 + GOOD, 33, *rest),
            (Kind.PANIC, "and then a second panic", PC, NESTED_PANIC + GOOD, 33, *rest),
            (Kind.EARLY_EXIT, "", PC, PANIC, 35, *rest),
            (Kind.PASS, "panicked", PC, PANIC * 3, 35, NOTHING_LOGGED, EXPECT_PANIC, (), 2),
        ])

    def test_a_hang_says_how_far_the_machine_came(self):
        self.check([
            (Kind.HANG, "hang: no closing line within 30 s", PC, "hello\n", TIMED_OUT),
            (Kind.HANG, "hang: not one line on the console", PC, "", TIMED_OUT),
            (Kind.HANG, "closing line with exit code 0, but no power-off", PC, GOOD, TIMED_OUT),
            (Kind.HANG, "hang", LINUX, "hello\n", Ending(signal=15, timed_out=True)),
        ])
        self.assertEqual(judge(PC, "one\ntwo\n", TIMED_OUT).details, ("one", "two"))

    def test_a_reset_is_told_from_a_power_off_where_the_board_allows_it(self):
        self.check([
            (Kind.RESET, "unexpected reset", PC, "hello\n", 0),
            (Kind.RESET, "triple fault", PC, "hello\n", 0, TRIPLE_FAULT),
            (Kind.RESET, "triple fault", PC, GOOD, 0, TRIPLE_FAULT),
            (Kind.EARLY_EXIT, "powered off (or reset, which ends alike here)", RPI3, "hello\n", 0),
        ])

    def test_an_end_without_a_closing_line_fails_whatever_the_status(self):
        self.check([
            (Kind.EARLY_EXIT, "powered off (status 35)", PC, "hello\n", 35),
            (Kind.NO_CLOSING_LINE, "reports success (status 33)", PC, "hello\n", 33),
            (Kind.NO_CLOSING_LINE, "reports success (status 33)", PC, "", 33),
            (Kind.NO_CLOSING_LINE, "reports success (status 0)", LINUX, "", 0),
            (Kind.EARLY_EXIT, "powered off (status 3)", LINUX, "hello\n", 3),
            (Kind.EMULATOR_FAILED, "ended with status 2", PC, "hello\n", 2),
        ])

    def test_only_a_whole_closing_line_counts(self):
        for rest in ("0", "\n", "0x\n", "0 \n", "zero\n", "00000000000\n"):
            self.check([(Kind.NO_CLOSING_LINE, "the closing line is broken", PC, "[enkel] exit " + rest, 33)])
        for line in (" [enkel] exit 0\n", "x[enkel] exit 0\n", "[enkel]  exit 0\n"):
            self.check([(Kind.NO_CLOSING_LINE, "missing closing line", PC, line, 33)])

    def test_nothing_may_follow_the_closing_line(self):
        self.check([
            (Kind.OUTPUT_AFTER_CLOSING, "'more'", PC, GOOD + "more\n", 33),
            (Kind.OUTPUT_AFTER_CLOSING, "'[enkel] exit 0'", PC, SEVEN + "[enkel] exit 0\n", 35),
        ])

    def test_an_emulator_that_does_not_start_is_quoted(self):
        self.check([
            (Kind.NOT_STARTED, "could not be started: No such file", PC, "", Ending(start_error="No such file")),
            (Kind.NOT_STARTED, "ended with status 1", PC, "", Ending(status=1, errors="bad -M\n")),
            (Kind.EMULATOR_FAILED, "ended with status 1", PC, "hello\n", Ending(status=1, errors="abort\n")),
            (Kind.EARLY_EXIT, "status 1", LINUX, "", 1),
        ])
        self.assertEqual(judge(PC, "", Ending(status=1, errors="bad -M\n")).details, ("bad -M",))

    def test_a_signal_is_named(self):
        self.check([
            (Kind.KILLED, "killed by SIGSEGV", LINUX, "hello\n", Ending(signal=11)),
            (Kind.KILLED, "killed by signal 63", LINUX, GOOD, Ending(signal=63)),
        ])

    def test_expected_lines_must_all_come(self):
        self.check([
            (Kind.PASS, "", PC, GOOD, 33, NOTHING_LOGGED, Expectation(), ["^hello$"]),
            (Kind.LINE_MISSING, "/^bye$/", PC, GOOD, 33, NOTHING_LOGGED, Expectation(), ["^hello$", "^bye$"]),
            (Kind.EXIT_CODE, "", PC, SEVEN, 35, NOTHING_LOGGED, Expectation(), ["^bye$"]),
        ])

    def test_unexpected_lines_of_the_emulator_log_fail_where_the_board_says_so(self):
        warns = spec(33, 35, 35, 0, log={"file": "qemu.log", "unexpected": "warn"})
        self.check([
            (Kind.EMULATOR_LOG, "1 line(s)", PC, GOOD, 33, LOGGED),
            (Kind.EMULATOR_LOG, "1 line(s)", PC, PANIC, 35, LOGGED, EXPECT_PANIC),
            (Kind.EXIT_CODE, "main returned 7", PC, SEVEN, 35, LOGGED),
            (Kind.PASS, "", warns, GOOD, 33, LOGGED),
        ])


if __name__ == "__main__":
    unittest.main()
