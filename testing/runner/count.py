#!/usr/bin/python3
"""Prints how many instructions an image executes from its first one to `main`, exactly, under QEMU.

The plugin count_instructions.so counts on CPU 0; the machine is ended as soon as it has the number.
"""

import argparse
import os
import re
import sys
import tempfile

import board_spec
import process
import symbols

_ANSWER = re.compile(rb"^instructions ([0-9]+)$", re.MULTILINE)
_KEPT = 4096  # bytes of the emulator's error output that are searched


class CountError(Exception):
    """The number could not be had; the text says why."""


def count(spec, image, elf, plugin, timeout, to="main", files=()):
    """Returns the instructions from the first one of `image` up to, not including, the first of symbol `to`.

    `spec`: a BoardSpec that can count; `timeout` in seconds; `files`: further (name, path) pairs for argv. Raises CountError, symbols.ElfError, SpecError.
    """
    addresses = symbols.read(elf)
    with tempfile.TemporaryDirectory(prefix="count", dir=os.environ.get("TEST_TMPDIR")) as workdir:
        # Absolute, because the emulator runs in the work directory.
        paths = {"image": image, "elf": elf, "workdir": workdir} | dict(files)
        command = spec.command({name: os.path.abspath(path) for name, path in paths.items()})
        command += count_arguments(spec, plugin, addresses.first_instruction, addresses.address_of(to))
        errors = bytearray()

        def on_error(data):
            errors.extend(data)
            match = _ANSWER.search(errors)
            if not match:
                del errors[:-_KEPT]
            return match is not None

        ending = process.run(command, timeout=timeout, on_output=lambda data: None, on_error=on_error, cwd=workdir)
    if match := _ANSWER.search(errors):
        return int(match[1])
    if ending.timed_out:
        raise CountError(f"{elf}: {to} was not reached within {timeout:g} s")
    reason = ending.start_error or errors.decode("utf-8", "backslashreplace").strip()
    raise CountError(f"{elf}: the emulator ended before {to} was reached: {reason}")


def count_arguments(spec, plugin, from_address, to_address):
    """Returns the emulator's further arguments that make it count. Raises CountError if the board cannot."""
    if spec.count_argv is None:
        raise CountError(f"board {spec.board} cannot count instructions")
    path = os.path.abspath(plugin).replace(",", ",,")
    plugin_argument = f"{path},from=0x{from_address:x},to=0x{to_address:x}"
    # The last -d and -D win: the log is the error output, where the answer is awaited.
    return [*spec.count_argv, "-plugin", plugin_argument, "-d", "plugin", "-D", "/dev/stderr"]


def add_arguments(parser):
    """Declares the arguments that name a run."""
    parser.add_argument("--spec", required=True, help="the board's run, JSON")
    parser.add_argument("--image", required=True, help="what the board boots")
    parser.add_argument("--elf", required=True, help="the same with symbols")
    parser.add_argument("--plugin", required=True, help="count_instructions.so")
    board_spec.add_file_argument(parser)
    parser.add_argument("--timeout", type=float, default=120.0, help="seconds (default 120)")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    add_arguments(parser)
    parser.add_argument("--to", default="main", help="the symbol to count to (default main)")
    options = parser.parse_args(arguments)
    try:
        spec = board_spec.load(options.spec)
        print(count(spec, options.image, options.elf, options.plugin, options.timeout, options.to, options.file))
    except (CountError, symbols.ElfError, board_spec.SpecError, OSError) as error:
        sys.exit(f"count: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
