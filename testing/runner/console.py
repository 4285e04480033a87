"""The machine's console: bytes in, lines out, forwarded while the machine runs.

Any bytes are welcome: invalid UTF-8 and control characters are shown as escapes, a long line is cut for judging and
shown in pieces, the last line may lack its end. Memory use does not depend on what the machine prints.
"""

import sys

LINE_LIMIT = 4096  # bytes of one line that are judged; the same number of bytes makes one piece of a shown line
SHOWN_LIMIT = 16 << 20  # bytes that are forwarded

_ESCAPES = {code: f"\\x{code:02x}" for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) != "\t"}


def printable(data):
    """Returns `data` as text without control characters."""
    return data.decode("utf-8", "backslashreplace").translate(_ESCAPES)


class Console:
    """Splits the stream `feed` receives into lines.

    Each goes to `on_line(text, is_whole)`: is_whole says that the line had its end and was not cut. Each is also
    written to `out` (binary, default standard output) at once, up to SHOWN_LIMIT bytes in all.
    """

    def __init__(self, on_line, out=None):
        self._on_line = on_line
        self._out = out if out is not None else sys.stdout.buffer
        self._line = bytearray()  # the unfinished line: its first LINE_LIMIT bytes
        self._line_is_cut = False
        self._shown = 0

    def feed(self, data):
        """Takes the next bytes of the stream."""
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._append(piece)
            self._end_line(is_terminated=True)
        self._append(rest)
        self._flush()

    def close(self):
        """Says that the stream has ended."""
        if self._line or self._line_is_cut:
            self._end_line(is_terminated=False)
        self._flush()

    def _append(self, data):
        room = LINE_LIMIT - len(self._line)
        self._line += data[:room]
        for start in range(room, len(data), LINE_LIMIT):
            if not self._line_is_cut:
                self._line_is_cut = True
                self._show(self._line)
            self._show(data[start : start + LINE_LIMIT])

    def _end_line(self, is_terminated):
        line = bytes(self._line.removesuffix(b"\r"))
        if not self._line_is_cut:
            self._show(line)
        self._on_line(printable(line), is_terminated and not self._line_is_cut)
        self._line.clear()
        self._line_is_cut = False

    def _show(self, line):
        if self._shown > SHOWN_LIMIT:
            return
        self._shown += len(line) + 1
        text = printable(line)
        if self._shown > SHOWN_LIMIT:
            text = f"[runner] more than {SHOWN_LIMIT >> 20} MiB of console output: the rest is judged, not shown"
        self._write(text.encode() + b"\n")

    def _write(self, data):
        try:
            self._out.write(data)
        except BrokenPipeError:
            self._shown = SHOWN_LIMIT + 1  # nobody reads any more; the verdict still stands

    def _flush(self):
        try:
            self._out.flush()
        except BrokenPipeError:
            self._shown = SHOWN_LIMIT + 1
