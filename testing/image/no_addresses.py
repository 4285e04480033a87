#!/usr/bin/python3
"""Passes when nothing that a program prints is an address of the image, its heap or its stacks.

  no_addresses.py SCRIPT ELF FIRST-END      SCRIPT boots the image; FIRST-END: the machine's RAM
"""

import re
import struct
import subprocess
import sys

# As a pointer is printed: 0x and digits, or eight digits and more, of which one is a letter.
_POINTER = re.compile(r"\b(?:0x([0-9a-fA-F]{5,16})|((?=[0-9]*[a-fA-F])[0-9a-fA-F]{8,16}))\b")

_PLACED = (1 << 32, 1 << 47)  # where heap and stacks are put, another place each boot


def range_of_image(elf):
    """(first, end) of what an ELF file loads."""
    offset = struct.unpack_from("<Q", elf, 32)[0]
    size, count = struct.unpack_from("<HH", elf, 54)
    segments = [struct.unpack_from("<IIQQQQQQ", elf, offset + i * size) for i in range(count)]
    loads = [(address, address + memory) for kind, _, _, address, _, _, memory, _ in segments if kind == 1]
    return min(first for first, _ in loads), max(end for _, end in loads)


def addresses_in(text, ranges):
    """The pointers in `text` that lie in one of the [(first, end)]."""
    found = []
    for match in _POINTER.finditer(text):
        value = int(match[1] or match[2], 16)
        if any(first <= value < end for first, end in ranges):
            found.append(match[0])
    return found


def main():
    script, path, ram = sys.argv[1:]
    with open(path, "rb") as file:
        elf = file.read()
    first, _, end = ram.partition("-")
    ranges = [range_of_image(elf), (int(first, 16), int(end, 16)), _PLACED]
    run = subprocess.run([script], stdin=subprocess.DEVNULL, capture_output=True, timeout=50, check=False)
    # The first line is the emulator's command.
    text = run.stdout.decode("utf-8", "backslashreplace").partition("\n")[2]
    print(text)
    if "[enkel] exit 0" not in text:
        sys.exit("the program did not end well")
    if found := addresses_in(text, ranges):
        sys.exit(f"the console shows addresses: {', '.join(found)}")


if __name__ == "__main__":
    main()
