"""Runs the whole runner against an emulator that misbehaves."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

_HERE = pathlib.Path(__file__).absolute().parent
_RUNNER = _HERE / "run_image.py"
_FAKE = _HERE / "fake_emulator.py"
_PATIENCE = 120  # seconds; no test needs them but on a machine that stands still
_HANG = 0.5  # seconds until a run counts as a hang; more if the machine was too slow to get that far
_NO_CLOSING_LINE = "hang: no closing line within {} s; the last console lines follow"


class RunImageTest(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.addCleanup(self._directory.cleanup)
        self.scratch = pathlib.Path(self._directory.name)
        self.note = self.scratch / "note"

    def spec(self, behaviour, **changes):
        data = {
            "board": "fake",
            "argv": [sys.executable, "-IS", str(_FAKE), behaviour, str(self.note)],
            "exit_status": {"zero": 33, "nonzero": 35, "panic": 35, "reset": 0},
            "start_failure_status": [1],
            "log": {"file": "qemu.log", "allowed": ["^bcm2835_property: "], "unexpected": "fail"},
        }
        path = self.scratch / "spec.json"
        path.write_text(json.dumps(data | changes))
        return path

    def command(self, spec, *arguments, timeout=_PATIENCE):
        files = ["--image", str(_FAKE), "--elf", str(_FAKE), "--timeout", str(timeout)]
        return [sys.executable, str(_RUNNER), "--spec", str(spec), *files, *arguments]

    def run_image(self, behaviour, *arguments, timeout=_PATIENCE, changes=None):
        command = self.command(self.spec(behaviour, **(changes or {})), *arguments, timeout=timeout)
        environment = dict(os.environ, TEST_TMPDIR=str(self.scratch))
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, env=environment, check=False)
        self.output = done.stdout.decode("utf-8")
        self.errors = done.stderr.decode("utf-8")
        verdicts = ("[runner] PASSED", "[runner] FAILED")
        self.verdict = [line for line in self.output.splitlines() if line.startswith(verdicts)]
        return done.returncode

    def assert_passes(self, behaviour, *arguments, **more):
        self.assertEqual(self.run_image(behaviour, *arguments, **more), 0, self.output + self.errors)
        self.assertEqual(len(self.verdict), 1, self.output)

    def assert_fails(self, behaviour, message, *arguments, **more):
        self.assertEqual(self.run_image(behaviour, *arguments, **more), 1, self.output + self.errors)
        self.assertEqual(self.verdict, [f"[runner] FAILED on fake: {message}"], self.output)

    def assert_hangs(self, behaviour, message=_NO_CLOSING_LINE):
        """Fails with `message`, whose {} stands for the seconds, after the fake has done what it does."""
        seconds = _HANG
        while True:
            is_last = 2 * seconds > _PATIENCE
            result = self.run_image(behaviour, timeout=seconds)
            if is_last or self.note.with_suffix(".waits").exists():
                break
            seconds *= 2
        self.assertEqual(result, 1, self.output + self.errors)
        self.assertEqual(self.verdict, [f"[runner] FAILED on fake: {message.format(seconds)}"], self.output)

    def test_passes_on_closing_line_and_status(self):
        self.assert_passes("returns_zero")
        self.assertIn("\nhello\n", self.output)

    def test_types_what_is_asked_for(self):
        self.assert_passes("asks_twice", "--type", "^name", "Enkel\n", "--type", "^age", "1\n")
        self.assertIn("\ninput: 'Enkel\\n1\\n'\n", self.output)

    def test_fails_when_nobody_asks_for_what_is_to_be_typed(self):
        self.assertEqual(self.run_image("returns_zero", "--type", "^name", "Enkel\n"), 1, self.output)

    def test_shows_the_command_before_anything_else(self):
        self.run_image("returns_zero")
        self.assertTrue(self.output.startswith(f"[runner] $ {sys.executable} "), self.output)

    def test_a_panic_is_named_with_its_reason_and_backtrace(self):
        self.assert_fails("panics", "panic: page fault: write to a read-only page")
        self.assertIn("\n      #1 0x0000000000105678\n", self.output)

    def test_an_expected_panic_passes(self):
        self.assert_passes("panics", "--expect-panic", "read-only")

    def test_another_panic_than_the_expected_fails(self):
        message = "panic: page fault: write to a read-only page; expected was a panic that matches /stack overflow/"
        self.assert_fails("panics", message, "--expect-panic", "stack overflow")

    def test_an_expected_panic_that_does_not_come_fails(self):
        message = "main returned 0; expected was a panic that matches /x/"
        self.assert_fails("returns_zero", message, "--expect-panic", "x")

    def test_a_panic_that_is_expected_to_start_the_machine_anew_passes_with_what_follows(self):
        self.assert_passes("panics_and_starts_anew", "--expect-crashes", "1")
        message = "1 more panic(s) should have come before: closing line with exit code 0, and the emulator agrees"
        self.assert_fails("panics_and_starts_anew", message, "--expect-crashes", "2")

    def test_a_panic_that_hangs_says_both(self):
        message = "panic: page fault: write to a read-only page, and the machine did not power off within {} s"
        self.assert_hangs("panics_and_hangs", message)

    def test_a_hang_shows_the_last_lines(self):
        self.assert_hangs("hangs")
        self.assertTrue(self.output.endswith("\n    step 1\n    step 2\n    step\n"), self.output)

    def test_an_early_exit_is_named(self):
        self.assert_fails("exits_early", "early exit: the machine powered off (status 35) before the closing line")

    def test_a_reset_is_named(self):
        message = "unexpected reset (a triple fault, or the reset register) before the closing line"
        self.assert_fails("resets", message)

    def test_a_triple_fault_is_named(self):
        message = "triple fault: an exception that could not be delivered reset the machine"
        self.assert_fails("triple_faults", message)

    def test_a_missing_closing_line_is_named(self):
        message = "missing closing line: the machine reports success (status 33), the console does not"
        self.assert_fails("forgets_the_closing_line", message)

    def test_a_closing_line_without_its_end_does_not_count(self):
        self.assert_fails("breaks_off_the_closing_line", "the closing line is broken: '[enkel] exit 0'")

    def test_the_exit_code_of_main_is_named(self):
        self.assert_fails("returns_seven", "main returned 7")

    def test_an_expected_exit_code_passes(self):
        self.assert_passes("returns_seven", "--expect-exit", "7")

    def test_a_status_that_disagrees_is_named(self):
        message = "the closing line says exit 0, but the emulator ended with status 35 instead of 33"
        self.assert_fails("says_zero_but_ends_with_failure", message)

    def test_an_emulator_that_does_not_start_is_quoted(self):
        message = "the emulator did not start the machine: it ended with status 1"
        self.assert_fails("does_not_start", message)
        self.assertIn("\n    fake-emulator: -M mars: unsupported machine type\n", self.output)

    def test_an_emulator_that_does_not_exist_is_named(self):
        self.run_image("", changes={"argv": ["/nonexistent/emulator"]})
        self.assertIn("the emulator could not be started", self.verdict[0])
        self.assertIn("/nonexistent/emulator", self.verdict[0])

    def test_a_killed_emulator_names_the_signal(self):
        self.assert_fails("is_killed", "the emulator was killed by SIGSEGV")

    def test_an_expected_line_must_come(self):
        self.assert_passes("returns_zero", "--expect-line", "^hel+o$")
        message = "no line of the console matches /^bye$/"
        self.assert_fails("returns_zero", message, "--expect-line", "^bye$", "--expect-line", "h")

    def test_a_flood_is_judged_by_its_end_and_not_shown_whole(self):
        self.assert_passes("floods")
        self.assertLess(len(self.output), 20_000_000)
        self.assertIn("more than 16 MiB of console output", self.output)

    def test_a_flood_without_an_end_of_line_is_judged_by_its_end(self):
        self.assert_passes("floods_without_an_end_of_line")
        self.assertLess(len(self.output), 20_000_000)

    def test_a_flood_without_end_is_a_hang(self):
        self.assert_hangs("floods_for_ever")

    def test_garbage_is_shown_as_escapes(self):
        self.assert_passes("prints_garbage")
        self.assertIn("\\xff\\xfe\\x00\\x1b[2J\n", self.output)

    def test_a_silent_emulator_that_lives_on_is_a_hang(self):
        self.assert_hangs("closes_its_output_and_lives_on")

    def test_a_closed_console_is_no_failure(self):
        self.assert_passes("closes_its_output_and_ends")

    def test_a_child_that_keeps_the_console_open_does_not_delay_the_end_and_is_killed(self):
        self.assert_passes("leaves_a_child_behind")
        self.assert_gone(int(self.note.read_text()))

    def test_a_child_in_its_own_session_does_not_delay_the_end(self):
        self.assert_passes("leaves_a_child_in_its_own_session_behind")
        os.kill(int(self.note.read_text()), signal.SIGKILL)

    def test_an_emulator_that_ignores_sigterm_is_killed(self):
        self.assert_hangs("ignores_sigterm")
        self.assert_gone(int(self.note.read_text()))

    def test_a_runner_that_is_ended_takes_the_emulator_along(self):
        command = self.command(self.spec("ignores_sigterm"))
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as runner:
            wait_until(lambda: self.note.exists() and self.note.read_text())
            runner.send_signal(signal.SIGTERM)
            self.assertEqual(runner.wait(_PATIENCE), 1)
        self.assert_gone(int(self.note.read_text()))

    def test_an_unexpected_line_of_the_emulator_log_fails(self):
        self.assert_fails("logs_a_guest_error", "the emulator logged 1 line(s) that the board does not expect")
        self.assertIn("warning: emulator log: Invalid write at addr 0x3F00", self.output)

    def test_an_unexpected_line_of_the_emulator_log_warns_where_the_board_says_so(self):
        log = {"file": "qemu.log", "allowed": ["^bcm2835_property: "], "unexpected": "warn"}
        self.assert_passes("logs_a_guest_error", changes={"log": log})
        self.assertIn("warning: emulator log: Invalid write at addr 0x3F00", self.output)

    def test_the_emulator_has_nothing_to_read(self):
        self.assert_passes("reads_its_input", "--expect-line", "^input: ''$")

    def test_placeholders_become_absolute_paths(self):
        argv = [sys.executable, str(_FAKE), "returns_zero", "{image}", "{elf}", "{workdir}/s", "{card}"]
        self.assert_passes("returns_zero", "--file", "card=sd.img", changes={"argv": argv})
        command = self.output.splitlines()[0].split()
        self.assertEqual(command[5:7], [str(_FAKE), str(_FAKE)])
        self.assertTrue(all(os.path.isabs(path) for path in command[5:]), command)

    def test_nothing_is_left_of_the_work_directory(self):
        self.assert_passes("returns_zero")
        self.assertEqual([path.name for path in self.scratch.iterdir()], ["spec.json"])

    def test_a_malformed_description_is_a_usage_error(self):
        self.assertEqual(self.run_image("returns_zero", changes={"argv": []}), 2)
        self.assertIn("argv is empty", self.errors)

    def assert_gone(self, process):
        # A killed process stays visible until its parent, here the system's reaper, has taken note.
        self.assertTrue(wait_until(lambda: not is_alive(process)))


def wait_until(condition):
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def is_alive(process):
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


if __name__ == "__main__":
    unittest.main()
