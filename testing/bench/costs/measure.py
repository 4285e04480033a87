#!/usr/bin/python3
"""Boots the image of costs once and writes what it prints as one JSON file: {"board": ..., "costs": {NAME: NUMBER}}.

With --ns_per_instruction the numbers are instructions of one operation, exact under -icount; without, nanoseconds.
The same inputs give the same instructions, so a build rule runs this as an action.
"""

import argparse
import csv
import json
import os
import re
import sys
import tempfile

import board_spec
import process

_TICKS = re.compile(r"^cost ([0-9]+) ([0-9]+) (.+)$")
_NANOSECONDS = re.compile(r"^cost-ns ([0-9]+) ([0-9]+) (.+)$")
_CLOSING = "[enkel] exit 0"


class MeasureError(Exception):
    """The run did not end well; the text says how."""


def parse_instructions(text, ns_per_instruction):
    """Returns {name: instructions of one operation} from the console of instructions.cc."""
    found = {}
    for line in text.splitlines():
        if match := _TICKS.match(line):
            found[match[3]] = _each(int(match[1]), int(match[2]))
        elif match := _NANOSECONDS.match(line):
            found[match[3]] = _each(int(match[1]), int(match[2]) * ns_per_instruction)
    return found


def _each(total, count):
    return (total + count // 2) // count


def parse_nanoseconds(text):
    """Returns {name: nanoseconds of one operation} from google-benchmark's CSV in the console of nanoseconds.cc."""
    rows = csv.reader(line for line in text.splitlines() if line.startswith('"'))
    return {row[0]: float(row[2]) for row in rows if len(row) > 4 and row[4] == "ns"}


def run(spec, paths, arguments, timeout):
    """Returns the console's text of one run that ends with the closing line. Raises MeasureError."""
    output = bytearray()
    with tempfile.TemporaryDirectory(prefix="costs", dir=os.environ.get("TEST_TMPDIR")) as workdir:
        command = spec.command(paths | {"workdir": workdir}) + arguments
        ending = process.run(command, timeout=timeout, on_output=lambda data: output.extend(data) and None, cwd=workdir)
    text = output.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    if _CLOSING not in text.splitlines():
        raise MeasureError(f"the run has not ended well ({ending}):\n{text}")
    return text


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--spec", required=True, help="the board's run, JSON")
    parser.add_argument("--image", required=True, help="what the board boots")
    parser.add_argument("--elf", required=True, help="the same with symbols")
    board_spec.add_file_argument(parser)
    parser.add_argument("--argument", action="append", default=[], help="a further argument of the emulator")
    parser.add_argument("--ns_per_instruction", type=int, help="of the emulator's virtual time")
    parser.add_argument("--timeout", type=float, default=600.0, help="seconds (default 600)")
    parser.add_argument("--output", required=True, help="the JSON file to write")
    options = parser.parse_args(arguments)
    try:
        spec = board_spec.load(options.spec)
        paths = {name: os.path.abspath(path) for name, path in options.file}
        paths |= {"image": os.path.abspath(options.image), "elf": os.path.abspath(options.elf)}
        text = run(spec, paths, options.argument, options.timeout)
    except (MeasureError, board_spec.SpecError, OSError) as error:
        sys.exit(f"measure: {error}")
    costs = parse_instructions(text, options.ns_per_instruction) if options.ns_per_instruction else parse_nanoseconds(text)
    with open(options.output, "w", encoding="utf-8") as file:
        file.write(json.dumps({"board": spec.board, "costs": costs}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
