"""Tests of size_table.py."""

import unittest

import size_table


class SizeTableTest(unittest.TestCase):
    def test_rows_are_sorted_and_columns_aligned(self):
        measurements = [
            {"app": "http", "board": "rpi3", "bytes": 123456, "instructions": 90000},
            {"app": "hello", "board": "rpi3", "bytes": 40000, "instructions": 80000},
            {"app": "hello", "board": "linux", "bytes": 50000, "instructions": None},
        ]
        self.assertEqual(
            size_table.table(measurements),
            [
                "| app   | board | image, bytes | instructions to `main` |",
                "| ----- | ----- | -----------: | ---------------------: |",
                "| hello | linux |       50,000 |                      – |",
                "| hello | rpi3  |       40,000 |                 80,000 |",
                "| http  | rpi3  |      123,456 |                 90,000 |",
            ],
        )


if __name__ == "__main__":
    unittest.main()
