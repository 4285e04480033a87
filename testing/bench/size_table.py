#!/usr/bin/python3
"""Prints the measurements of all apps and boards as a Markdown table.

Arguments: the JSON files of //testing/runner:measure.
"""

import argparse
import json
import sys


def table(measurements):
    """Returns the lines of the table for a list of measurement dictionaries."""
    rows = [
        (m["app"], m["board"], f"{m['bytes']:,}", "–" if m["instructions"] is None else f"{m['instructions']:,}")
        for m in sorted(measurements, key=lambda m: (m["app"], m["board"]))
    ]
    heading = ("app", "board", "image, bytes", "instructions to `main`")
    widths = [max(len(row[i]) for row in [heading, *rows]) for i in range(4)]
    rule = f"| {'-' * widths[0]} | {'-' * widths[1]} | {'-' * (widths[2] - 1)}: | {'-' * (widths[3] - 1)}: |"
    lines = [_line(row, widths) for row in [heading, *rows]]
    return [lines[0], rule, *lines[1:]]


def _line(row, widths):
    app, board, size, instructions = row
    return f"| {app:<{widths[0]}} | {board:<{widths[1]}} | {size:>{widths[2]}} | {instructions:>{widths[3]}} |"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("measurement", nargs="+", help="a JSON file of measure.py")
    options = parser.parse_args(arguments)
    measurements = []
    for path in options.measurement:
        with open(path, encoding="utf-8") as file:
            measurements.append(json.load(file))
    print("\n".join(table(measurements)))


if __name__ == "__main__":
    main(sys.argv[1:])
