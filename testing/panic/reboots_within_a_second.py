#!/usr/bin/python3
"""Passes when a machine that resets itself after a panic is back in main() within a second, at least once in five times.

  reboots_within_a_second.py SCRIPT      SCRIPT boots an image that crashes five times

The best of five, because the machine that runs this may be busy with other things for any one of them.
"""

import subprocess
import sys
import time

_LIMIT = 1.0  # seconds


def main():
    command = [sys.argv[1]] + ([] if "linux" in sys.argv[1] else ["-action", "reboot=reset"])
    times, ended = [], None
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as machine:
        for line in machine.stdout:
            now = time.monotonic()
            print(line, end="")
            if line.startswith("*** PANIC: "):
                ended = now
            elif line.startswith("start after") and ended is not None:
                times.append(now - ended)
    print("seconds from panic to main():", ", ".join(f"{seconds:.3f}" for seconds in times))
    if len(times) != 5:
        sys.exit(f"{len(times)} restarts instead of five")
    if min(times) > _LIMIT:
        sys.exit(f"the quickest of five restarts took {min(times):.3f} s; {_LIMIT} s is the limit")


if __name__ == "__main__":
    main()
