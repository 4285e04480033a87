#!/usr/bin/python3
"""Checks the bytes of a raw arm64 image: a header that every loader knows, an entry at byte 0, and no padding.

  arm64_image.py IMAGE NM ELF
"""

import struct
import sys

import elf_text


def main():
    path, nm, elf = sys.argv[1:]
    with open(path, "rb") as file:
        image = file.read()
    symbols = {}
    for line in elf_text.run(nm, "--defined-only", elf).splitlines():
        address, _, name = line.split(" ", 2)
        symbols[name] = int(address, 16)
    start, end, data_end = symbols["__image_start"], symbols["__image_end"], symbols["__data_end"]
    code0, _, text_offset, image_size, flags, _, _, _, magic, _ = struct.unpack("<IIQQQQQQII", image[:64])
    failures = []
    if magic != 0x644D5241:
        failures.append(f"the magic is {magic:#x}, not 'ARM\\x64'")
    if code0 >> 26 != 0b000101:
        failures.append(f"the first word {code0:#x} is no branch: a loader that jumps to byte 0 would run the header")
    if start % 0x200000 != text_offset:
        failures.append(f"text_offset is {text_offset:#x}, but the image is linked at {start:#x}")
    if image_size != end - start:
        failures.append(f"image_size is {image_size:#x}; from __image_start to __image_end it is {end - start:#x}")
    if flags & 1:
        failures.append("flags say big-endian")
    if flags >> 1 & 3 != 1:
        failures.append("flags do not say 4 KiB pages")
    if symbols["_start"] != start:
        failures.append("_start is not the first byte")
    if not 0 <= data_end - start - len(image) < 16:
        failures.append(f"the file has {len(image)} bytes, up to __data_end there are {data_end - start}")
    for failure in failures:
        print(f"{path}: {failure}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
