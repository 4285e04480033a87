#!/usr/bin/python3
"""Prints the costs of all boards as a Markdown table: instructions on the boards that count them, nanoseconds on linux.

Arguments: the JSON files of measure.py, and with --linux_spec and --linux_image the image to measure now.
"""

import argparse
import json
import sys

import board_spec
import measure


def table(measurements, nanoseconds=None):
    """Returns the lines of the table. `measurements`: dictionaries of measure.py; `nanoseconds`: {name: number}."""
    columns = [(f"{m['board']}, instructions", {n: f"{v:,}" for n, v in m["costs"].items()}) for m in measurements]
    if nanoseconds is not None:
        columns.append(("linux, ns", {name: f"{value:,.0f}" for name, value in nanoseconds.items()}))
    names = sorted({name for _, values in columns for name in values})
    rows = [[name] + [values.get(name, "–") for _, values in columns] for name in names]
    heading = ["cost"] + [title for title, _ in columns]
    widths = [max(len(row[i]) for row in [heading, *rows]) for i in range(len(heading))]
    rule = "| " + "-" * widths[0] + " | " + " | ".join("-" * (width - 1) + ":" for width in widths[1:]) + " |"
    lines = [_line(row, widths) for row in [heading, *rows]]
    return [lines[0], rule, *lines[1:]]


def budget(measurements):
    """Returns the lines of a budget.txt with a little room above what was measured."""
    names = sorted({name for m in measurements for name in m["costs"]})
    lines = [f"{m['board']:>7}" for m in measurements]
    rows = [[f"{_limit(m, name):>7}" for m in measurements] + [name] for name in names]
    return [" ".join(["#", *lines, "the most instructions of ..."])] + ["  " + " ".join(row) for row in rows]


def _limit(measurement, name):
    # QEMU's timer of the pc is late by itself, now more, now less.
    if measurement["board"] == "pc" and name.startswith("interrupt: ") and name.endswith("worst"):
        return "-"
    cost = measurement["costs"][name]
    return cost + cost // 20 + 8


def _line(row, widths):
    cells = [f"{row[0]:<{widths[0]}}"] + [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:])]
    return "| " + " | ".join(cells) + " |"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("measurement", nargs="+", help="a JSON file of measure.py")
    parser.add_argument("--linux_spec", required=True, help="the run of the board linux, JSON")
    parser.add_argument("--linux_image", required=True, help="nanoseconds.cc for linux")
    parser.add_argument("--budget", action="store_true", help="print a new budget.txt instead")
    options = parser.parse_args(arguments)
    measurements = []
    for path in options.measurement:
        with open(path, encoding="utf-8") as file:
            measurements.append(json.load(file))
    if options.budget:
        print("\n".join(budget(measurements)))
        return
    try:
        text = measure.run(board_spec.load(options.linux_spec), {"image": options.linux_image}, [], 300.0)
    except measure.MeasureError as error:
        sys.exit(f"costs: {error}")
    print("\n".join(table(measurements, measure.parse_nanoseconds(text))))


if __name__ == "__main__":
    main(sys.argv[1:])
