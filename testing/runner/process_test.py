"""Tests of process.py that need a look from inside; run_image_test has the others."""

import os
import sys
import threading
import unittest

import process

_PATIENCE = 120  # seconds
_KEPT = 400_000  # bytes; more than one read takes, less than the pipe holds

_FILL_THE_PIPE_AND_END = f"""
import fcntl, os
fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20)
os.write(1, b"x" * {_KEPT})
"""

_TALK_FOR_EVER = """
import os, time
os.write(2, b"ready\\n")
while True: time.sleep(3600)
"""


def run(program, *arguments, on_output, **more):
    argv = [sys.executable, "-IS", "-c", program, *arguments]
    return process.run(argv, timeout=_PATIENCE, on_output=on_output, **more)


def wait_for_other_threads():
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()


class ProcessTest(unittest.TestCase):
    def test_what_was_written_before_the_end_is_read_after_it(self):
        received = []

        def on_output(data):
            if not received:
                # Nothing more is read until the process has ended and the waiter has said so.
                wait_for_other_threads()
            received.append(len(data))

        ending = run(_FILL_THE_PIPE_AND_END, on_output=on_output)
        self.assertEqual((ending.status, ending.timed_out, sum(received)), (0, False, _KEPT))

    def test_a_reader_can_end_the_process(self):
        ending = run(_TALK_FOR_EVER, on_output=lambda data: None, on_error=lambda data: True)
        self.assertTrue(ending.stopped)
        self.assertFalse(ending.timed_out)
        self.assertEqual(ending.errors, "ready\n")

    def test_a_reader_that_raises_ends_the_process(self):
        pids = []

        def on_output(data):
            pids.append(int(data))
            raise ZeroDivisionError

        with self.assertRaises(ZeroDivisionError):
            run("import os, time\nos.write(1, b'%d' % os.getpid())\ntime.sleep(3600)", on_output=on_output)
        # It was our child: it is gone when it can no longer be waited for.
        with self.assertRaises(ChildProcessError):
            os.waitpid(pids[0], os.WNOHANG)

    def test_only_the_last_errors_are_kept(self):
        program = "import os\nfor _ in range(1000): os.write(2, b'x' * 1000)\nos.write(2, b'end')"
        errors = run(program, on_output=lambda data: None).errors
        self.assertLess(len(errors), 100_000)
        self.assertTrue(errors.endswith("end"))

    def test_no_file_stays_open(self):
        before = len(os.listdir("/proc/self/fd"))
        run("print(1)", on_output=lambda data: None)
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)


if __name__ == "__main__":
    unittest.main()
