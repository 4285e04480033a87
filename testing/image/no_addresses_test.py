"""Tests of no_addresses.py."""

import unittest

import no_addresses

_RANGES = [(0x80000, 0x90000), (0x4000_0000, 0x4800_0000)]


class NoAddressesTest(unittest.TestCase):
    def test_pointers_are_found_however_they_are_printed(self):
        for text in ("at 0x80004.", "p=0x0000000000080004", "(0000000040a0beef)", "40A0BEEF"):
            self.assertEqual(len(no_addresses.addresses_in(text, _RANGES)), 1, text)

    def test_other_numbers_are_none(self):
        for text in ("0xff", "0x90000", "1073741824", "0x2a deadbeef", "40000000", "x40a0beef"):
            self.assertEqual(no_addresses.addresses_in(text, _RANGES), [], text)


if __name__ == "__main__":
    unittest.main()
