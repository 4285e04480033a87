"""A machine that serves, under QEMU with its own network or as a process with a tap interface, for as long as a test."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time


class Machine:
    """Runs a command; what it prints is kept, and shown when the test fails."""

    def __init__(self, command, environment=None):
        self.lines = []
        self._condition = threading.Condition()
        self._has_ended = False
        # A session of its own: a script's emulator ends with it.
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, start_new_session=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").rstrip("\r\n")
            print("machine:", text, file=sys.stderr, flush=True)
            with self._condition:
                self.lines.append(text)
                self._condition.notify_all()
        with self._condition:
            self._has_ended = True
            self._condition.notify_all()

    def wait_for(self, pattern, seconds=60):
        """The match of the first line in which the pattern is found; an error when none comes."""
        def found():
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        with self._condition:
            self._condition.wait_for(lambda: found() is not None or self._has_ended, seconds)
            match = found()
        if match is None:
            raise AssertionError(f"the machine did not print {pattern!r} but {self.lines!r}")
        return match

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


def free_port():
    """A TCP port of 127.0.0.1 that nobody listens at, a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, seconds, what):
    """Asks again and again, ten times a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")
