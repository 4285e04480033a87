#!/usr/bin/python3
"""Passes a machine's console through, byte by byte, and completes the lines of a backtrace: `bazel run //apps/X:BOARD.qemu`.

  COMMAND | name_frames.py ELF SYMBOLIZER

Nothing is held back (but a carriage return within a report), so that a prompt is seen at once; the names are put in before a line's end. It reads to the end of the
console, whatever the keyboard's interrupt does to the machine.
"""

import os
import re
import signal
import sys

import symbolize
import transcript

_CHUNK = 1 << 16  # bytes
_LONGEST = 512  # bytes of a line that is looked at


class Namer:
    """Bytes of a console in, bytes with names out."""

    def __init__(self, elf, symbolizer):
        self._elf = elf
        self._symbolizer = symbolizer
        self._line = bytearray()
        self._held = b""
        self._report = None  # lines of the panic so far, without its frames

    def feed(self, data):
        """Returns what to show for `data`."""
        shown = bytearray()
        data, self._held = self._held + data, b""
        for piece in re.findall(rb"[^\n]*\n|[^\n]+", data):
            body = piece.rstrip(b"\r\n")
            end = piece[len(body) :]
            self._line += body[: _LONGEST - len(self._line)]
            shown += body
            if end.endswith(b"\n"):
                shown += self._names()
                self._line.clear()
            elif end and self._report is not None:
                self._held, end = end, b""  # perhaps half of a line's end, which names go before
            shown += end
        return bytes(shown)

    def _names(self):
        line = self._line.decode("utf-8", "backslashreplace")
        if line.startswith(transcript.PANIC_PREFIX):
            self._report = []
        if self._report is None:
            return b""
        if line == transcript.END_OF_PANIC:
            self._report = None
            return b""
        if not line.startswith("  #"):
            self._report.append(line)
            return b""
        found = symbolize.symbolize([*self._report, line], self._elf, self._symbolizer)[len(self._report) :]
        first, *inlined = found
        return "\r\n".join([first.removeprefix(line), *inlined]).encode()


def main():
    elf, symbolizer = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    namer = Namer(elf, symbolizer)
    while data := os.read(0, _CHUNK):
        shown = namer.feed(data)
        while shown:
            shown = shown[os.write(1, shown) :]


if __name__ == "__main__":
    main()
