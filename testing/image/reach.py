#!/usr/bin/python3
"""Passes when an image defines the wanted symbols and none of the unwanted ones.

  reach.py NM ELF --has REGEX ... --lacks REGEX ...
"""

import argparse
import re
import sys

import elf_text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nm")
    parser.add_argument("elf")
    parser.add_argument("--has", action="append", default=[], type=re.compile)
    parser.add_argument("--lacks", action="append", default=[], type=re.compile)
    options = parser.parse_args()
    symbols = elf_text.defined_symbols(elf_text.run(options.nm, "--defined-only", "--demangle", options.elf))
    failures = [f"has no symbol like {wanted.pattern}" for wanted in options.has if not any(map(wanted.search, symbols))]
    for unwanted in options.lacks:
        failures += [f"holds {name}, which nothing should reach" for name in sorted(filter(unwanted.search, symbols))]
    for failure in failures:
        print(f"{options.elf}: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
