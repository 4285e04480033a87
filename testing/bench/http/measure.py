#!/usr/bin/python3
"""Measures //apps/http under QEMU: bytes, instructions to the first byte served and per request, the least memory.

  bazel run //testing/bench/http            one row a board, as a table of Markdown

The address is fixed, by the command line. machine.py says how it is counted.
"""

import argparse
import os
import sys

import machine
import ours

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", action="append", required=True, help=ours.FIELDS)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--only", help="a board")
    parser.add_argument("--no-memory", action="store_true", help="without the least memory, which takes long")
    options = parser.parse_args()
    print("| board | image, bytes | least -m, KiB | instructions to the first byte | per request, 1 connection | 30 connections |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for text in options.board:
        name, subject = ours.subject(text, options.plugin)
        if options.only not in (None, name):
            continue
        costs = machine.count(subject)
        memory = "-" if options.no_memory else f"{machine.least_memory(subject):,}"
        size = os.path.getsize(subject.image)
        print(f"| {name} | {size:,} | {memory} | {costs.first_byte:,} | {costs.alone:,} | {costs.crowd:,} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
