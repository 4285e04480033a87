#!/usr/bin/python3
"""Passes when no function of an image enters another kernel, but for those that are named.

  no_system_calls.py OBJDUMP ELF [--only-in REGEX]
"""

import argparse
import re
import sys

import elf_text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("objdump")
    parser.add_argument("elf")
    parser.add_argument("--only-in", type=re.compile, help="functions that may (and at least one must)")
    options = parser.parse_args()
    disassembly = elf_text.run(options.objdump, "--disassemble", "--demangle", "--no-show-raw-insn", options.elf)
    if disassembly.count("\n") < 500:
        sys.exit(f"{options.elf}: the disassembly has {disassembly.count(chr(10))} lines: this test looked at nothing")
    found = elf_text.functions_that_enter_a_kernel(disassembly)
    allowed = {name for name in found if options.only_in and options.only_in.search(name)}
    if options.only_in and not allowed:
        sys.exit(f"{options.elf}: no function that matches {options.only_in.pattern!r} makes a system call")
    for name in sorted(found.keys() - allowed):
        print(f"{options.elf}: {name} has {', '.join(found[name])}")
    sys.exit(1 if found.keys() - allowed else 0)


if __name__ == "__main__":
    main()
