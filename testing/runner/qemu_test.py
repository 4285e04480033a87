"""Runs the whole runner with tiny guests under the real QEMU. Argument: qemu-system-x86_64."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tiny_guest

QEMU = os.path.abspath(sys.argv[1])
_RUNNER = pathlib.Path(__file__).absolute().parent / "run_image.py"
_PATIENCE = 120  # seconds
_ADDRESS = 0x100000
_SUCCESS, _FAILURE = 16, 17  # isa-debug-exit makes 2 * value + 1 of them


class QemuTest(unittest.TestCase):
    def run_guest(self, code, *arguments, timeout=_PATIENCE, machine="microvm"):
        with tempfile.TemporaryDirectory() as directory:
            image = pathlib.Path(directory, "guest.elf")
            image.write_bytes(tiny_guest.elf(tiny_guest.EM_X86_64, _ADDRESS, code, b"", has_pvh_note=True))
            spec = pathlib.Path(directory, "spec.json")
            argv = [QEMU, "-accel", "tcg", "-M", machine, "-nodefaults", "-no-user-config", "-display", "none"]
            argv += ["-m", "32", "-no-reboot", "-debugcon", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
            argv += ["-d", "unimp,guest_errors,cpu_reset", "-D", "{workdir}/qemu.log", "-kernel", "{image}"]
            statuses = {"zero": 33, "nonzero": 35, "panic": 35, "reset": 0}
            data = {"board": "tiny", "argv": argv, "exit_status": statuses, "start_failure_status": [1]}
            data["log"] = {"file": "qemu.log"}
            spec.write_text(json.dumps(data))
            command = [sys.executable, str(_RUNNER), "--spec", str(spec), "--image", str(image), "--elf", str(image)]
            command += ["--timeout", str(timeout), *arguments]
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        self.output = done.stdout
        return [line for line in done.stdout.splitlines() if line.startswith(("[runner] PASSED", "[runner] FAILED"))]

    def assert_verdict(self, expected, code, *arguments, **more):
        self.assertEqual(self.run_guest(code, *arguments, **more), [f"[runner] {expected}"], self.output)

    def test_a_good_end_passes(self):
        code = tiny_guest.x86_speaker(_ADDRESS, b"hello\n\n[enkel] exit 0\n", _SUCCESS)
        self.assert_verdict("PASSED on tiny: closing line with exit code 0, and the emulator agrees", code)

    def test_an_exit_code_fails(self):
        code = tiny_guest.x86_speaker(_ADDRESS, b"\n[enkel] exit 3\n", _FAILURE)
        self.assert_verdict("FAILED on tiny: main returned 3", code)

    def test_a_panic_fails(self):
        code = tiny_guest.x86_speaker(_ADDRESS, b"\n*** PANIC: no ***\nbacktrace:\n*** END OF PANIC ***\n", _FAILURE)
        self.assert_verdict("FAILED on tiny: panic: no", code)

    def test_a_triple_fault_is_told_from_its_log(self):
        message = "FAILED on tiny: triple fault: an exception that could not be delivered reset the machine"
        self.assert_verdict(message, tiny_guest.X86_TRIPLE_FAULT)

    def test_an_early_exit_fails(self):
        code = tiny_guest.x86_speaker(_ADDRESS, b"hello\n", _FAILURE)
        message = "FAILED on tiny: early exit: the machine powered off (status 35) before the closing line"
        self.assert_verdict(message, code)

    def test_a_hang_fails(self):
        code = tiny_guest.x86_speaker(_ADDRESS, b"hello\n", None)
        self.assertIn("FAILED on tiny: hang: ", self.run_guest(code, timeout=3)[0])

    def test_a_machine_that_does_not_exist_does_not_start(self):
        message = "FAILED on tiny: the emulator did not start the machine: it ended with status 1"
        self.assert_verdict(message, tiny_guest.X86_MAIN, machine="mars")
        self.assertIn("unsupported machine type", self.output)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
