#!/usr/bin/python3
"""Passes when a machine that resets itself after a panic needs less than a second of CPU to be back in main().

  reboots_within_a_second.py SCRIPT      SCRIPT boots an image that crashes five times

What QEMU used from its start to its end, a fifth of it: an upper bound for a restart, whatever else the machine that runs
this does meanwhile. An image that waits for something between panic and main() would take longer than it counts; the kernel
has no such wait.
"""

import resource
import subprocess
import sys

_CRASHES = 5
_LIMIT = 1.0  # seconds of CPU


def main():
    command = [sys.argv[1]] + ([] if "linux" in sys.argv[1] else ["-action", "reboot=reset"])
    machine = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    print(machine.stdout)
    starts = sum(line.startswith("start after") for line in machine.stdout.splitlines())
    restarts = starts - 1
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (used.ru_utime + used.ru_stime) / _CRASHES
    print(f"{restarts} restarts, {seconds:.3f} s of CPU each at most")
    if restarts != _CRASHES:
        sys.exit(f"{restarts} restarts instead of {_CRASHES}")
    if seconds > _LIMIT:
        sys.exit(f"a restart took {seconds:.3f} s of CPU; {_LIMIT} s is the limit")


if __name__ == "__main__":
    main()
