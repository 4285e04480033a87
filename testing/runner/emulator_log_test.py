"""Tests of emulator_log.py."""

import re
import unittest

import emulator_log

_RESET = """CPU Reset (CPU 0)
RAX=0000000000000000 RBX=0000000000000000 RCX=0000000000000000 RDX=0000000000000000
RIP=000000000000fff0 RFL=00000002 [-------] CPL=0 II=0 A20=1 SMM=0 HLT=0
ES =0000 00000000 0000ffff 00009300
GDT=     00000000 0000ffff
FPR0=0000000000000000 0000 FPR1=0000000000000000 0000
XMM00=0000000000000000 0000000000000000 XMM01=0000000000000000 0000000000000000
"""
_AARCH64_RESET = """CPU Reset (CPU 3)
 PC=0000000000000000 X00=0000000000000000 X01=0000000000000000
X02=0000000000000000 X03=0000000000000000 X04=0000000000000000 X05=0000000000000000
PSTATE=000003cd ---- EL3h    FPU disabled
"""


def parse(text, *allowed):
    return emulator_log.parse(text.splitlines(keepends=True), [re.compile(pattern) for pattern in allowed])


class EmulatorLogTest(unittest.TestCase):
    def test_an_empty_or_missing_log_says_nothing(self):
        self.assertEqual(parse(""), emulator_log.LogReport())
        self.assertEqual(emulator_log.read("/nonexistent", []), emulator_log.LogReport())

    def test_allowed_lines_are_expected_and_others_not(self):
        report = parse("bcm2835_property: tag\nInvalid write\n\n", "^bcm2835_property: ")
        self.assertEqual((report.unexpected, report.unexpected_count), (("Invalid write",), 1))

    def test_only_the_first_lines_are_kept_and_all_are_counted(self):
        report = parse("x\n" * 1000)
        self.assertEqual(report.unexpected_count, 1000)
        self.assertLess(len(report.unexpected), 100)

    def test_the_resets_at_power_on_are_expected(self):
        self.assertEqual(parse(_RESET * 2), emulator_log.LogReport())
        self.assertEqual(parse(_AARCH64_RESET * 4), emulator_log.LogReport())

    def test_a_line_behind_a_reset_is_not_taken_for_a_register(self):
        self.assertEqual(parse(_RESET + "pl011_read: Bad offset 0x8 = 3\n").unexpected_count, 1)

    def test_a_triple_fault_is_seen(self):
        self.assertEqual(parse(_RESET + "Triple fault\n"), emulator_log.LogReport(has_triple_fault=True))


if __name__ == "__main__":
    unittest.main()
