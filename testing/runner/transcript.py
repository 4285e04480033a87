"""What is remembered of a console: the lines that decide, and the last ones."""

import collections
import dataclasses
import re

CLOSING_PREFIX = "[enkel] exit"
PANIC_PREFIX = "*** PANIC: "
NESTED_PANIC = "*** PANIC WHILE IN PANIC ***"
END_OF_PANIC = "*** END OF PANIC ***"

_CLOSING = re.compile(r"\[enkel\] exit (-?[0-9]{1,10})")
_LAST_LINES = 12
_PANIC_LINES = 200


@dataclasses.dataclass
class Panic:
    """The first panic of a console."""

    reason: str
    lines: list[str]  # from the first line to END_OF_PANIC, at most _PANIC_LINES
    is_complete: bool = False
    is_nested: bool = False  # the report itself panicked


class Transcript:
    """Collects the lines of one console, in bounded memory."""

    def __init__(self, wanted=(), crashes=0):
        """`wanted`: compiled regular expressions that lines are searched for; `crashes`: panics that are expected first."""
        self.closing_code = None  # of the first closing line
        self.broken_closing = None  # the first line that looks like a closing line and is none
        self.after_closing = None  # the first line with text after the closing line
        self.panic = None  # the first one beyond the expected crashes
        self.crashes_missing = crashes
        self.missing = list(wanted)  # those of `wanted` that no line has matched
        self.last_lines = collections.deque(maxlen=_LAST_LINES)
        self.is_empty = True

    def add(self, line, is_whole=True):
        """Takes the next line. `is_whole`: it had its end and was not cut."""
        self.is_empty = False
        self.last_lines.append(line)
        if self.missing:
            self.missing = [pattern for pattern in self.missing if not pattern.search(line)]
        if self.closing_code is not None and self.after_closing is None and line.strip():
            self.after_closing = line
        if self.panic is not None:
            self._continue_panic(line)
        elif line.startswith(PANIC_PREFIX):
            self.panic = Panic(line.removeprefix(PANIC_PREFIX).removesuffix(" ***"), [line])
        elif line == NESTED_PANIC:
            self.panic = Panic("its report did not reach the console", [line], is_nested=True)
        if line.startswith(CLOSING_PREFIX):
            self._close(line, is_whole)

    def _continue_panic(self, line):
        if not self.panic.is_complete and len(self.panic.lines) < _PANIC_LINES:
            self.panic.lines.append(line)
        self.panic.is_complete |= line == END_OF_PANIC
        self.panic.is_nested |= line == NESTED_PANIC
        if self.crashes_missing and line == END_OF_PANIC and not self.panic.is_nested:
            self.crashes_missing -= 1
            self.panic = None

    def _close(self, line, is_whole):
        match = _CLOSING.fullmatch(line) if is_whole else None
        if match and self.closing_code is None:
            self.closing_code = int(match[1])
        elif not match and self.broken_closing is None:
            self.broken_closing = line


def of(text, wanted=(), crashes=0):
    """Returns the Transcript of a whole console."""
    transcript = Transcript(wanted, crashes)
    *lines, rest = text.split("\n")
    for line in lines:
        transcript.add(line)
    if rest:
        transcript.add(rest, is_whole=False)
    return transcript
