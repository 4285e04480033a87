"""The description of a run: how a board's emulator is started and what its exit statuses mean.

A JSON file, written by the build rules from the board's facts; README.md shows one. Everything in it is checked here,
so that the other modules can rely on it.
"""

import argparse
import dataclasses
import json
import os
import re

# In `exit_status`: the emulator's status is the program's own exit code (modulo 256), as for a Linux process.
CODE = "code"

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class SpecError(Exception):
    """The description is malformed; the text says where."""


@dataclasses.dataclass(frozen=True)
class ExitStatus:
    """What the emulator's exit status is in each outcome: an int, or CODE for `zero` and `nonzero`.

    `reset` is the status when the machine resets instead of powering off; None if the board cannot reset.
    """

    zero: int | str
    nonzero: int | str
    panic: int
    reset: int | None

    def of_code(self, code):
        """The status that belongs to exit code `code` of main."""
        status = self.zero if code == 0 else self.nonzero
        return code & 0xFF if status == CODE else status

    def is_power_off(self, status):
        """Whether a program that powers off can leave this status."""
        return CODE in (self.zero, self.nonzero) or status in (self.zero, self.nonzero, self.panic)


@dataclasses.dataclass(frozen=True)
class BoardSpec:
    """One run of an image on a board."""

    board: str
    argv: tuple[str, ...]  # may hold {image}, {elf}, {workdir} and names given to `command`
    exit_status: ExitStatus
    start_failure_status: tuple[int, ...]  # the emulator's statuses for "could not start"
    log_file: str | None  # the emulator's log of what it does not model, relative to the work directory
    log_allowed: tuple[re.Pattern, ...]  # lines of the log that are expected
    log_unexpected_fails: bool  # whether any other line fails the test, or is only shown
    count_argv: tuple[str, ...] | None  # added to argv for counting instructions; None if the board cannot count

    def command(self, paths):
        """Returns argv with each placeholder {NAME} replaced by paths[NAME].

        The program's path and `paths` become absolute, because the emulator runs in a directory of its own. Raises
        SpecError on an unknown placeholder.
        """
        absolute = {name: os.path.abspath(path) for name, path in paths.items()}
        program, *arguments = [_fill(argument, absolute) for argument in self.argv]
        return [os.path.abspath(program) if os.sep in program else program, *arguments]


def add_file_argument(parser):
    """Declares --file NAME=PATH, which gives argv a further placeholder {NAME}."""
    parser.add_argument("--file", metavar="NAME=PATH", type=_named_file, action="append", default=[], help="a further {NAME}")


def _named_file(text):
    name, equals, path = text.partition("=")
    if not (equals and re.fullmatch("[a-z_]+", name)):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=PATH")
    return name, path


def load(path):
    """Reads the description at `path`. Raises SpecError."""
    try:
        with open(path, encoding="utf-8") as file:
            return parse(json.load(file))
    except (OSError, ValueError, SpecError) as error:
        raise SpecError(f"{path}: {error}") from None


def parse(data):
    """Returns the BoardSpec that the decoded JSON `data` describes. Raises SpecError."""
    optional = {"start_failure_status", "log", "count"}
    fields = _object(data, "the description", {"board", "argv", "exit_status"}, optional)
    argv = _list_of(str, fields["argv"], "argv")
    if not argv:
        raise SpecError("argv is empty")
    log = _object(fields.get("log", {"file": None}), "log", {"file"}, {"allowed", "unexpected"})
    if log.get("unexpected", "fail") not in ("fail", "warn"):
        raise SpecError('log.unexpected is neither "fail" nor "warn"')
    if log["file"] is not None and (os.path.isabs(_typed(str, log["file"], "log.file")) or ".." in log["file"]):
        raise SpecError("log.file is not a name inside the work directory")
    count = fields.get("count")
    if count is not None:
        count = _list_of(str, _object(count, "count", {"argv"}, set())["argv"], "count.argv")
    return BoardSpec(
        board=_typed(str, fields["board"], "board"),
        argv=argv,
        exit_status=_exit_status(fields["exit_status"]),
        start_failure_status=_list_of(int, fields.get("start_failure_status", []), "start_failure_status"),
        log_file=log["file"],
        log_allowed=tuple(_pattern(text) for text in _list_of(str, log.get("allowed", []), "log.allowed")),
        log_unexpected_fails=log.get("unexpected", "fail") == "fail",
        count_argv=count,
    )


def _exit_status(data):
    fields = _object(data, "exit_status", {"zero", "nonzero", "panic"}, {"reset"})
    for name, value in fields.items():
        may_be_code = name in ("zero", "nonzero") and value == CODE
        may_be_none = name == "reset" and value is None
        if not may_be_code and not may_be_none:
            _typed(int, value, f"exit_status.{name}")
    return ExitStatus(fields["zero"], fields["nonzero"], fields["panic"], fields.get("reset"))


def _fill(argument, paths):
    def replacement(match):
        if match[1] not in paths:
            raise SpecError(f"argv has an unknown placeholder {match[0]} in {argument!r}")
        return paths[match[1]]

    return _PLACEHOLDER.sub(replacement, argument)


def _pattern(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise SpecError(f"log.allowed: {text!r} is no regular expression: {error}") from None


def _object(data, name, required, optional):
    if not isinstance(data, dict):
        raise SpecError(f"{name} is not an object")
    for key in required - data.keys():
        raise SpecError(f"{name} has no {key!r}")
    for key in data.keys() - required - optional:
        raise SpecError(f"{name} has an unknown key {key!r}")
    return data


def _typed(kind, value, name):
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SpecError(f"{name} is not of type {kind.__name__}")
    return value


def _list_of(kind, value, name):
    return tuple(_typed(kind, item, f"an item of {name}") for item in _typed(list, value, name))
