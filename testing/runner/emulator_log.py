"""Reads QEMU's log (-D) of guest errors, unimplemented devices (-d unimp,guest_errors) and resets (-d cpu_reset)."""

import dataclasses
import re

_SHOWN = 20
_LINE_LIMIT = 4096
_RESET = re.compile(r"CPU Reset \(CPU [0-9]+\)")
_DUMP_LINE = re.compile(r"\s*[A-Z][A-Za-z0-9]{1,5} ?=|\s*$")  # "RIP=...", "ES =...", "X00=..."


@dataclasses.dataclass(frozen=True)
class LogReport:
    """What the log says."""

    unexpected: tuple[str, ...] = ()  # the first lines that no pattern allows
    unexpected_count: int = 0
    has_triple_fault: bool = False  # needs -d cpu_reset


def read(path, allowed):
    """Returns the LogReport of the file; a missing file is an empty log."""
    try:
        with open(path, encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            return parse(iter(lambda: file.readline(_LINE_LIMIT), ""), allowed)
    except FileNotFoundError:
        return LogReport()


def parse(lines, allowed):
    """Returns the LogReport of `lines`; `allowed` are compiled regular expressions, searched for in each."""
    unexpected = []
    count = 0
    has_triple_fault = False
    is_dump = False
    for line in lines:
        line = line.rstrip()
        if line == "Triple fault":
            has_triple_fault = True
            is_dump = False
        elif _RESET.fullmatch(line):
            is_dump = True
        elif not (is_dump and _DUMP_LINE.match(line)):
            is_dump = False
            if line and not any(pattern.search(line) for pattern in allowed):
                count += 1
                if len(unexpected) < _SHOWN:
                    unexpected.append(line)
    return LogReport(tuple(unexpected), count, has_triple_fault)
