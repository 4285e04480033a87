#!/usr/bin/python3
"""Measures one image: bytes, and instructions to `main` where the board can count. Writes one JSON file.

  {"app": "hello", "board": "pc", "bytes": 38120, "instructions": 21054}        instructions: null where not counted

The same inputs give the same file, so a build rule can run this as an action.
"""

import argparse
import json
import os
import sys

import board_spec
import count
import symbols


def measure(app, spec, image, elf, plugin, timeout, files=()):
    """Returns the measurement as a dictionary. Raises what count.count raises, and OSError."""
    can_count = spec.count_argv is not None
    return {
        "app": app,
        "board": spec.board,
        "bytes": os.path.getsize(image),
        "instructions": count.count(spec, image, elf, plugin, timeout, files=files) if can_count else None,
    }


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    count.add_arguments(parser)
    parser.add_argument("--app", required=True, help="the app's name")
    parser.add_argument("--output", required=True, help="the JSON file to write")
    options = parser.parse_args(arguments)
    try:
        spec = board_spec.load(options.spec)
        result = measure(options.app, spec, options.image, options.elf, options.plugin, options.timeout, options.file)
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(json.dumps(result) + "\n")
    except (count.CountError, symbols.ElfError, board_spec.SpecError, OSError) as error:
        sys.exit(f"measure: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
