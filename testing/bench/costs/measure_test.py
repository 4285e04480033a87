"""Tests of measure.py and table.py."""

import unittest

import measure
import table


class MeasureTest(unittest.TestCase):
    def test_ticks_and_nanoseconds_become_instructions_of_one_operation(self):
        text = "noise\ncost 60499 1000 mutex: lock, unlock\ncost-ns 1600 1 interrupt: latency\n[enkel] exit 0\n"
        expected = {"mutex: lock, unlock": 60, "interrupt: latency": 100}
        self.assertEqual(measure.parse_instructions(text, ns_per_instruction=16), expected)

    def test_google_benchmarks_real_time_is_read(self):
        text = 'name,iterations,real_time,cpu_time,time_unit\n"mutex: lock, unlock",1000,27.5,26.1,ns,,,,,\n'
        self.assertEqual(measure.parse_nanoseconds(text), {"mutex: lock, unlock": 27.5})


class TableTest(unittest.TestCase):
    MEASUREMENTS = [{"board": "rpi3", "costs": {"lock": 60, "wake": 1234}}, {"board": "pc", "costs": {"lock": 73}}]

    def test_rows_are_sorted_and_columns_aligned(self):
        self.assertEqual(
            table.table(self.MEASUREMENTS, {"lock": 27.4}),
            [
                "| cost | rpi3, instructions | pc, instructions | linux, ns |",
                "| ---- | -----------------: | ---------------: | --------: |",
                "| lock |                 60 |               73 |        27 |",
                "| wake |              1,234 |                – |         – |",
            ],
        )

    def test_a_budget_has_a_little_room(self):
        self.assertEqual(
            table.budget([{"board": "rpi3", "costs": {"lock": 60}}]),
            ["#    rpi3 the most instructions of ...", "       71 lock"],
        )


if __name__ == "__main__":
    unittest.main()
