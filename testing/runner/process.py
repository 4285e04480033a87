"""Runs the emulator: own session, no shell, a deadline, and nothing left behind.

The end is that of the emulator itself, not of its output: a child of it that keeps a pipe open delays nothing.
"""

import dataclasses
import os
import selectors
import signal
import subprocess
import threading
import time

_CHUNK = 1 << 16  # bytes
_ERRORS_KEPT = 1 << 15  # bytes of the emulator's own error output
_LAST_WORDS = 1 << 20  # bytes read from a pipe after the emulator has ended: no pipe holds more by default


@dataclasses.dataclass(frozen=True)
class Ending:
    """How a process ended."""

    status: int | None = None  # exit status; None if it was killed by a signal or never ran
    signal: int | None = None  # the signal that killed it, if one did
    timed_out: bool = False  # this module ended it, because its time was up
    stopped: bool = False  # this module ended it, because a reader asked for it
    start_error: str | None = None  # why it could not be executed
    errors: str = ""  # the end of what it wrote to its error output


def run(argv, *, timeout, on_output, on_error=None, stdin=subprocess.DEVNULL, cwd=None, grace=2.0):
    """Runs `argv` for at most `timeout` seconds and returns its Ending.

    It reads from the file descriptor `stdin`, by default nothing. `on_output` and `on_error` are called with bytes as they arrive; when one returns True, the process is ended.
    Ending it means SIGTERM, `grace` seconds, SIGKILL, all to its process group. Raises what the readers raise (and
    KeyboardInterrupt, SystemExit); the group is killed then, too.
    """
    try:
        child = subprocess.Popen(
            argv,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env=_environment(cwd),
            start_new_session=True,
        )
    except OSError as error:
        return Ending(start_error=str(error))
    with child.stdout, child.stderr:
        return _Run(child, on_output, on_error).wait(timeout, grace)


def _environment(cwd):
    """The variables of the test around us (TEST_*, XML_OUTPUT_FILE) are not for a Linux process under test."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    return kept | ({"TMPDIR": os.path.abspath(cwd)} if cwd else {})  # QEMU's snapshots of disks


class _Run:
    def __init__(self, child, on_output, on_error):
        self._child = child
        self._on_output = on_output
        self._on_error = on_error
        self._errors = bytearray()
        self._stop_requested = False
        self._selector = selectors.DefaultSelector()
        for pipe, reader in ((child.stdout, self._on_output), (child.stderr, self._take_errors)):
            os.set_blocking(pipe.fileno(), False)
            self._selector.register(pipe, selectors.EVENT_READ, reader)
        # The waiter leaves the process as a zombie, so that its id and its group's id stay reserved until we reap it.
        self._ended, self._ended_writer = os.pipe()
        self._selector.register(self._ended, selectors.EVENT_READ)
        self._waiter = threading.Thread(target=self._announce_end, daemon=True)
        self._waiter.start()

    def wait(self, timeout, grace):
        timed_out = stopped = False
        try:
            has_ended = self._serve_until_end(timeout)
            if not has_ended:
                stopped, timed_out = self._stop_requested, not self._stop_requested
                self._signal_group(signal.SIGTERM)
                self._serve_until_end(grace, ignore_stop=True)
        finally:
            # Always: the emulator's children outlive it otherwise.
            self._signal_group(signal.SIGKILL)
            self._waiter.join()
            returncode = self._child.wait()
            os.close(self._ended_writer)
            os.close(self._ended)
            self._selector.close()
        for pipe, reader in ((self._child.stdout, self._on_output), (self._child.stderr, self._take_errors)):
            self._drain(pipe, reader)
        return Ending(
            status=returncode if returncode >= 0 else None,
            signal=-returncode if returncode < 0 else None,
            timed_out=timed_out,
            stopped=stopped,
            errors=self._errors.decode("utf-8", "backslashreplace"),
        )

    def _serve_until_end(self, seconds, ignore_stop=False):
        """Reads until the process has ended (True), or the time is up or a reader wants to stop (False)."""
        deadline = time.monotonic() + seconds
        while (remaining := deadline - time.monotonic()) > 0:
            for key, _ in self._selector.select(remaining):
                if key.fileobj == self._ended:
                    return True
                data = _read(key.fileobj)
                if data == b"":
                    self._selector.unregister(key.fileobj)
                elif data and key.data(data):
                    self._stop_requested = True
            if self._stop_requested and not ignore_stop:
                return False
        return False

    def _take_errors(self, data):
        self._errors += data
        del self._errors[:-_ERRORS_KEPT]
        return self._on_error(data) if self._on_error else False

    def _announce_end(self):
        os.waitid(os.P_PID, self._child.pid, os.WEXITED | os.WNOWAIT)
        os.write(self._ended_writer, b"e")

    def _signal_group(self, number):
        try:
            os.killpg(self._child.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # only the zombie is left

    def _drain(self, pipe, reader):
        # Bounded, because a process that has left the group may still be writing.
        taken = 0
        while taken < _LAST_WORDS and (data := _read(pipe)):
            taken += len(data)
            reader(data)


def _read(pipe):
    """Returns the bytes that are there, b"" at the end of the stream, None if there are none now."""
    try:
        return os.read(pipe.fileno(), _CHUNK)
    except BlockingIOError:
        return None
