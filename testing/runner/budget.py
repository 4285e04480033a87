#!/usr/bin/python3
"""Checks a measurement (measure.py) against the line of its board in an app's budget.txt.

  # BOARD  MAX_IMAGE_BYTES  MAX_INSTRUCTIONS_TO_MAIN        '-' where nothing is measured
  rpi3     40960            100000
  linux    65536            -

Exit status: 0 within the budget, 1 not, 2 wrong arguments. A budget that is far too generous is a warning.
"""

import argparse
import dataclasses
import json
import re
import sys

_GENEROUS = 1.10  # a budget above this many times the measured value gets a warning


class BudgetError(Exception):
    """A budget file is malformed; the text says where."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """The budget of one board; None where nothing is measured."""

    image_bytes: int | None
    instructions: int | None


def parse(text, path):
    """Returns {board: Limits}. Raises BudgetError that names `path`."""
    budget = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 3 or not all(re.fullmatch("-|[0-9]+", word) for word in words[1:]):
            raise BudgetError(f"{path}:{number}: not BOARD BYTES INSTRUCTIONS (numbers, or '-'): {line.strip()}")
        if words[0] in budget:
            raise BudgetError(f"{path}:{number}: a second line for {words[0]}")
        budget[words[0]] = Limits(*(None if word == "-" else int(word) for word in words[1:]))
    return budget


def check(measurement, budget, path):
    """Returns (failures, warnings), lists of sentences, for `measurement` (a dictionary of measure.py)."""
    board = measurement["board"]
    if board not in budget:
        line = f"{board}  {measurement['bytes']}  {_dash(measurement['instructions'])}"
        return [f"{board}: {path} has no line for this board; measured now: {line}"], []
    limits = budget[board]
    failures, warnings = [], []
    for value, limit, unit in (
        (measurement["bytes"], limits.image_bytes, "bytes"),
        (measurement["instructions"], limits.instructions, "instructions to main"),
    ):
        if limit is None:
            continue
        if value is None:
            failures.append(f"{board}: {path} limits the {unit} to {limit:,}, but this board measures none: write '-'")
        elif value > limit:
            failures.append(
                f"{board}: {value:,} {unit}, budget {limit:,}: {value - limit:,} too many; "
                f"if this growth is worth it, raise {path} in the same commit and say why"
            )
        elif limit > value * _GENEROUS:
            percent = (limit - value) * 100 // value if value else 100
            surplus = f"{percent} % too generous; lower it in {path}"
            warnings.append(f"{board}: {value:,} {unit}, budget {limit:,}: {surplus}")
    return failures, warnings


def _dash(value):
    return "-" if value is None else value


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--budget", required=True, help="the app's budget.txt")
    parser.add_argument("--measurement", required=True, action="append", help="JSON of measure.py (repeatable)")
    options = parser.parse_args(arguments)
    all_failures = []
    try:
        with open(options.budget, encoding="utf-8") as file:
            budget = parse(file.read(), options.budget)
        for path in options.measurement:
            with open(path, encoding="utf-8") as file:
                measurement = json.load(file)
            failures, warnings = check(measurement, budget, options.budget)
            all_failures += failures
            if not failures:
                instructions = measurement["instructions"]
                counted = "" if instructions is None else f", {instructions:,} instructions to main"
                print(f"[budget] {measurement['board']}: {measurement['bytes']:,} bytes{counted}: within the budget")
            for warning in warnings:
                print(f"[budget] warning: {warning}")
    except (BudgetError, OSError) as error:
        print(f"budget: {error}", file=sys.stderr)
        return 2
    for failure in all_failures:
        print(f"[budget] FAILED: {failure}")
    return 1 if all_failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
