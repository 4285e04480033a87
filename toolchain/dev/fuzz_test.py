"""fuzz.py reads what libFuzzer says of itself."""

import time
import unittest

from toolchain.dev import fuzz

LOG = """INFO: seed corpus: files: 1
#2\tINITED cov: 20 ft: 21 corp: 1/1b
#1048576\tpulse  cov: 333 ft: 400 corp: 88/2Kb
#1500000\tDONE   cov: 334 ft: 401 corp: 89/2Kb
Done 1500000 runs in 60 second(s)
"""


class Fuzz(unittest.TestCase):

    def test_the_last_status_counts(self):
        self.assertEqual(fuzz.status(LOG), (1500000, 334))

    def test_a_deadline_shares_out_what_is_left(self):
        self.assertEqual(fuzz.affordable(60, None, 40, 2), 60)
        self.assertEqual(fuzz.affordable(60, time.time() + 10_000, 40, 2), 60)
        self.assertAlmostEqual(fuzz.affordable(60, time.time() + 400, 40, 2), 20, delta=1)
        self.assertLess(fuzz.affordable(60, time.time() - 1, 40, 2), 1)

    def test_a_target_that_says_nothing_tried_nothing(self):
        self.assertEqual(fuzz.status("Segmentation fault"), (0, 0))


if __name__ == "__main__":
    unittest.main()
