#!/usr/bin/python3
"""Tests of initramfs.py: the archive is what Linux documents, byte for byte."""

import unittest

import initramfs


class Initramfs(unittest.TestCase):

    def test_an_entry_is_a_head_of_110_bytes_a_name_and_data_each_on_four_bytes(self):
        entry = initramfs.entry(3, "init", 0o100755, b"hello")
        self.assertEqual(entry[:6], b"070701")
        fields = [int(entry[6 + 8 * i:14 + 8 * i], 16) for i in range(13)]
        self.assertEqual(fields, [3, 0o100755, 0, 0, 1, 0, 5, 0, 0, 0, 0, 5, 0])
        self.assertEqual(entry[110:115], b"init\0")
        self.assertEqual(entry[116:], b"hello\0\0\0")

    def test_modules_are_numbered_in_order_and_the_trailer_is_last(self):
        archive = initramfs.initramfs(b"program", [b"first", b"second"])
        places = [archive.index(name) for name in (b"init\0", b"modules\0", b"modules/0\0", b"modules/1\0", b"TRAILER!!!\0")]
        self.assertEqual(places, sorted(places))
        self.assertLess(archive.index(b"first"), archive.index(b"second"))
        self.assertEqual(len(archive) % 4, 0)


if __name__ == "__main__":
    unittest.main()
