#!/usr/bin/python3
"""Passes when no function of an image has room on its stack for an array and no guard behind it.

  stack_guards.py OBJDUMP ELF --guarded REGEX ... --unguarded REGEX ...

-fstack-protector-strong guards each function with an array, or a local variable whose address goes elsewhere. An image
does not tell which those are; but it does tell which functions return, have a frame larger than saved registers fill,
and never mention the guard. Those must be known (--unguarded), with a reason where the test is declared. A source that
was compiled without the flag shows up here with its first buffer. --guarded: functions that must be there with a guard.
"""

import argparse
import re
import sys

import elf_text

# What may be saved registers alone: twelve of them, and eight halves of vector registers.
MOST_SAVED = 160  # bytes

_FUNCTION = re.compile(r"^[0-9a-f]+ <(.+)>:$")
_FRAME = re.compile(r"\tsub\tsp, sp, #(?P<aarch64>0x[0-9a-f]+|\d+)(?P<pages>, lsl #12)?|\tsubq\t\$(?P<x86>0x[0-9a-f]+|\d+), %rsp")
_RETURN = re.compile(r"\tretq?\b")
_GUARD = re.compile(r"<__stack_chk_fail")


def functions(disassembly):
    """Yields (name, lines) of each function."""
    name, lines = None, []
    for line in disassembly.splitlines():
        if match := _FUNCTION.match(line):
            if name:
                yield name, lines
            name, lines = match[1], []
        elif name:
            lines.append(line)
    if name:
        yield name, lines


def frame_size(lines):
    """Bytes that the function takes from its stack, beside what it pushes."""
    size = 0
    for line in lines:
        if match := _FRAME.search(line):
            size += int(match["aarch64"] or match["x86"], 0) * (4096 if match["pages"] else 1)
    return size


def is_guarded(lines):
    return any(_GUARD.search(line) for line in lines)


def suspects(disassembly):
    """{name: frame size} of functions that return, with room for an array, and without a guard."""
    return {name: frame_size(lines) for name, lines in functions(disassembly)
            if frame_size(lines) > MOST_SAVED and not is_guarded(lines) and any(map(_RETURN.search, lines))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("objdump")
    parser.add_argument("elf")
    parser.add_argument("--guarded", action="append", default=[], type=re.compile)
    parser.add_argument("--unguarded", action="append", default=[], type=re.compile)
    options = parser.parse_args()
    disassembly = elf_text.run(options.objdump, "--disassemble", "--demangle", "--no-show-raw-insn", options.elf)
    guarded = [name for name, lines in functions(disassembly) if is_guarded(lines)]
    failures = [f"no function like {wanted.pattern} has a guard" for wanted in options.guarded
                if not any(map(wanted.search, guarded))]
    found = suspects(disassembly)
    for name in sorted(found):
        if not any(known.search(name) for known in options.unguarded):
            failures.append(f"{name} takes {found[name]} bytes of stack and has no guard")
    print(f"{options.elf}: {len(guarded)} functions with a guard")
    for failure in failures:
        print(f"{options.elf}: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
