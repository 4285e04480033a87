"""Counts the instructions of each row of the benchmark with valgrind, which are the same on a noisy machine.

  ./bazelw run -c opt //testing/bench/net:instructions [-- RUNS]     prints the table of docs/network_speed.md

Both ends are counted, and the copies into and out of the wire. Needs valgrind on the machine.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

WORK = {
    "bulk": ("Bulk(unsigned long)", "bulk, a segment of 1,460 bytes"),
    "round_trip/1": ("RoundTrip()", "round trip 64 → 612 bytes, 1 connection"),
    "round_trip/30": ("RoundTrip()", "the same, 30 connections"),
    "round_trip/1000": ("RoundTrip()", "the same, 1,000 connections"),
    "round_trip/10000": ("RoundTrip()", "the same, 10,000 connections"),
    "round_trip/100000": ("RoundTrip()", "the same, 100,000 connections"),
    "connect_close": ("ConnectAndClose()", "connect and close"),
    "udp_echo/64": ("Echo(unsigned long)", "UDP echo, 64 bytes"),
    "udp_echo/1400": ("Echo(unsigned long)", "UDP echo, 1,400 bytes"),
}

# lwIP walks its list for each connection that is opened: too long under valgrind.
NOT_COUNTED = {("lwip", "round_trip/100000")}


def count(program, kind, row, checksums, runs):
    """Instructions of a unit of the row's work."""
    result = subprocess.run(
        ["valgrind", "--tool=callgrind", "--collect-atstart=no", f"--toggle-collect=bench::World::{WORK[row][0]}",
         "--callgrind-out-file=/dev/null", program, f"--count={kind},{row},{int(checksums)},{runs}"],
        check=False, text=True, capture_output=True)
    total = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode or not total:
        sys.exit(f"{kind} {row}:\n{result.stdout}{result.stderr}")
    units = int(result.stdout.split()[-1])
    return int(total[1]) / ((runs + 10) * units)  # ten runs warm it up


def main():
    if not shutil.which("valgrind"):
        sys.exit("valgrind is not there: apt-get install valgrind")
    program, objcopy = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    print("| instructions, both ends | ours | lwIP | ours, no checksums | lwIP, no checksums |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        # valgrind stumbles over the compiler's debug information.
        stripped = os.path.join(folder, "benchmark")
        subprocess.run([objcopy, "--strip-debug", program, stripped], check=True)
        for row, (_, text) in WORK.items():
            cells = []
            for checksums in (True, False):
                for kind in ("enkel", "lwip"):
                    cells.append("" if (kind, row) in NOT_COUNTED else f"{count(stripped, kind, row, checksums, runs):,.0f}")
            print(f"| {text} |" + "".join(f" {cell} |" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
