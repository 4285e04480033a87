#!/usr/bin/python3
"""Wraps commands as a script that U-Boot runs by itself: boot.scr. Usage: u_boot_script.py COMMANDS OUTPUT."""

import struct
import sys
import zlib

# The legacy image header of U-Boot (include/image.h).
MAGIC = 0x27051956
LINUX, ARM64, SCRIPT, UNCOMPRESSED = 5, 22, 6, 0


def u_boot_script(commands):
    """Returns the script's bytes: a header with its own and the data's checksum, then a list of one length."""
    data = struct.pack(">II", len(commands), 0) + commands

    def header(checksum):
        kind = (LINUX, ARM64, SCRIPT, UNCOMPRESSED)
        return struct.pack(">7I4B32s", MAGIC, checksum, 0, len(data), 0, 0, zlib.crc32(data), *kind, b"boot")

    return header(zlib.crc32(header(0))) + data


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as output:
        output.write(u_boot_script(source.read()))
