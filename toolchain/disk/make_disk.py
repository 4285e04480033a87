#!/usr/bin/python3
"""Makes a disk or SD card image: one FAT partition with files, and perhaps a boot loader before it.

The same input gives the same bytes: no time, no random serial number, nothing of the machine's configuration.
"""

import argparse
import os
import pathlib
import struct
import subprocess
import sys

SECTOR = 512  # bytes
FIRST_SECTOR = 2048  # of the partition; what is before it belongs to a boot loader
FAT16_LBA = 0x0E  # type of the partition
BOOT_CODE = 440  # bytes of the first sector that are a boot loader's
BEYOND_CHS = b"\xfe\xff\xff"  # cylinder, head, sector of what only a block number can name


def main(arguments):
    options = _parse(arguments)
    boot_sector = options.boot_sector.read_bytes() if options.boot_sector else bytes(SECTOR)
    boot_loader = options.boot_loader.read_bytes() if options.boot_loader else b""
    if len(boot_sector) != SECTOR:
        sys.exit(f"{options.boot_sector} is not a sector of {SECTOR} bytes")
    if len(boot_loader) > (FIRST_SECTOR - 1) * SECTOR:
        sys.exit(f"{options.boot_loader} does not fit before the partition")
    sectors = options.mebibytes * 2**20 // SECTOR
    with open(options.output, "wb") as disk:
        disk.write(first_sector(boot_sector, sectors))
        disk.write(boot_loader)
        disk.truncate(sectors * SECTOR)
    fill_partition(options, sectors)


def first_sector(boot_sector, sectors):
    """The master boot record: a loader's code and a table of one active partition."""
    partition = struct.pack(
        "<B3sB3sII", 0x80, BEYOND_CHS, FAT16_LBA, BEYOND_CHS, FIRST_SECTOR, sectors - FIRST_SECTOR
    )
    return boot_sector[:BOOT_CODE] + bytes(6) + partition + bytes(3 * 16) + b"\x55\xaa"


def fill_partition(options, sectors):
    """Makes the file system, its folders and files, in the order of their names."""

    def mtools(command, *arguments):
        drive = ("-i", f"{options.output}@@{FIRST_SECTOR * SECTOR}")
        environment = {"MTOOLSRC": "/dev/null", "SOURCE_DATE_EPOCH": "315532800", "TZ": "UTC"}  # FAT begins in 1980
        subprocess.run([options.mtools, "-c", command, *drive, *arguments], check=True, env=environment)

    cluster = max(1, options.mebibytes // 8)  # sectors; about 16,000 clusters, so FAT16, whatever the size
    geometry = ["-h", "16", "-s", "63", "-H", str(FIRST_SECTOR), "-T", str(sectors - FIRST_SECTOR)]
    mtools("mformat", *geometry, "-c", str(cluster), "-N", "0", "::")
    files = dict(_named_file(text) for text in options.file)
    folders = {str(parent) for name in files for parent in pathlib.PurePosixPath(name).parents}
    for folder in sorted(folders - {"."}):
        mtools("mmd", f"::/{folder}")
    for name, source in sorted(files.items()):
        mtools("mcopy", os.path.realpath(source), f"::/{name}")


def _named_file(text):
    name, _, source = text.partition("=")
    return name, source


def _parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True)
    parser.add_argument("--mebibytes", required=True, type=int, help="8 to 1024, a power of two")
    parser.add_argument("--mtools", required=True, help="the program mtools")
    parser.add_argument("--file", metavar="PATH=SOURCE", action="append", default=[], help="repeatable")
    parser.add_argument("--boot-sector", type=pathlib.Path, help="the code of the first sector")
    parser.add_argument("--boot-loader", type=pathlib.Path, help="what goes into the second sector and on")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
