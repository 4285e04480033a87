"""What an image on the linux board does not need ends it."""

import signal
import subprocess
import sys
import unittest

IMAGE = sys.argv.pop(1)

FORBIDDEN = [
    "getpid", "socket", "execve", "a call of 32-bit programs", "another file", "a known file's name, elsewhere",
    "the right to execute", "memory that can be used", "another request", "the thread pointer's value",
]


class Sandbox(unittest.TestCase):

    def run_image(self, what):
        return subprocess.run([IMAGE, what], stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=60)

    def test_a_call_that_the_image_does_not_need_ends_it(self):
        for what in FORBIDDEN:
            with self.subTest(what):
                result = self.run_image(what)
                self.assertEqual(result.returncode, -signal.SIGSYS, result)
                self.assertNotIn(b"survived", result.stdout)

    def test_without_one_it_ends_well(self):
        result = self.run_image("nothing")
        self.assertEqual((result.returncode, b"survived: 0" in result.stdout), (0, True), result)

    def test_a_panic_still_finds_its_backtrace_and_its_code(self):
        # The filter is there before main(), and the kernel itself lives within it.
        with subprocess.Popen([IMAGE, "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"waiting\n")
            with open(f"/proc/{process.pid}/status") as file:
                status = dict(line.strip("\n").split(":\t", 1) for line in file if ":\t" in line)
            process.send_signal(signal.SIGSEGV)
            output = process.stdout.read()
            process.stdin.close()
        self.assertEqual((status["Seccomp"].strip(), status["NoNewPrivs"].strip()), ("2", "1"))
        self.assertEqual(process.returncode, 101, output)
        self.assertIn(b"backtrace", output.lower())


if __name__ == "__main__":
    unittest.main()
