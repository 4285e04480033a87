#!/usr/bin/python3
"""Lets one QEMU start an image COUNT times, by resets of the image's own, and judges what the starts have in common.

  thousand_boots_test.py IMAGE COUNT REGIONS EMULATOR ARGUMENTS...      {image} in ARGUMENTS stands for the image

REGIONS: those whose addresses must be random, with commas; or "none".
"""

import subprocess
import sys
import threading

import judge

SECONDS = 800
RANDOM_BITS = 18


def read_starts(console, count):
    """Yields what each start printed, until there were `count`, or the console ends."""
    seen = 0
    for line in console:
        if start := judge.parse(line.decode("ascii", "replace").strip("\r\n\0")):
            yield start
            seen += 1
            if seen == count:
                return
        elif b"PANIC" in line:
            sys.exit(f"after {seen} starts: {line!r}")


def main():
    image, count, regions, emulator, *arguments = sys.argv[1:]
    regions = [] if regions == "none" else regions.split(",")
    command = [emulator, *(argument.replace("{image}", image) for argument in arguments)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        too_long = threading.Timer(SECONDS, process.kill)
        too_long.start()
        starts = list(read_starts(process.stdout, int(count)))
        too_long.cancel()
        process.kill()
    if len(starts) < int(count):
        sys.exit(f"{len(starts)} of {count} starts within {SECONDS} s")
    problems = judge.judge(starts, regions, RANDOM_BITS)
    print("\n".join(problems) or f"{count} starts, {len(regions)} random regions, nothing in common")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
