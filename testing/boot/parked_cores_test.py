#!/usr/bin/python3
"""Cores 1 to 3 of a Raspberry Pi 3 fall asleep once and stay asleep while core 0 runs the program.

QEMU logs every block of code that a core enters. The cores may only come to `park`, and each must enter the block
with its `wfi` exactly once: a core that woke up would enter it again. No clock is involved.
"""

import collections
import os
import re
import subprocess
import sys
import tempfile
import unittest

import symbols

QEMU, IMAGE, ELF = sys.argv[1:]

# Trace 1: 0x7f0000000000 [00000000/0000000000080040/...] : CPU, host's code, then flags, program counter, ...
TRACE = re.compile(rb"Trace ([0-9]+): 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/")
LOOP = 4  # bytes from `park` to its wfi


class ParkedCores(unittest.TestCase):
    def check(self, image):
        park = symbols.read(ELF).address_of("park")
        loop = park + LOOP
        entered = collections.defaultdict(list)
        with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMPDIR")) as folder:
            log = os.path.join(folder, "log")
            machine = ["-accel", "tcg,thread=single", "-M", "raspi3b", "-display", "none", "-monitor", "none"]
            trace = ["-d", "exec,nochain", "-D", log]
            console = subprocess.run(
                [QEMU, *machine, "-no-reboot", "-serial", "stdio", *trace, "-kernel", os.path.abspath(image)],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                timeout=50,
            ).stdout
            self.assertIn(b"[enkel] exit 0", console)
            with open(log, "rb") as file:
                for line in file:
                    if match := TRACE.match(line):
                        entered[int(match[1])].append(int(match[2], 16))
        self.assertGreater(len(entered[0]), 1000)
        for core in (1, 2, 3):
            with self.subTest(core=core):
                counters = entered[core]
                self.assertEqual(counters.count(loop), 1, "times that the core enters its wfi")
                self.assertEqual(counters[-2:], [park, loop])
        return entered

    def test_of_an_image_whose_cores_the_firmware_holds(self):
        self.check(IMAGE)

    def test_of_an_elf_file_that_all_cores_enter(self):
        entered = self.check(ELF)
        for core in (1, 2, 3):
            self.assertLess(len(entered[core]), 10)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
