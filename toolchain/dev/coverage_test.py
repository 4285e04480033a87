"""coverage.py adds up what several tests covered, and counts our own product code only."""

import unittest

from toolchain.dev import coverage

REPORT = """SF:kernel/base/ring.h
DA:1,1
DA:2,0
end_of_record
SF:external/absl/a.h
DA:1,1
end_of_record
SF:kernel/base/ring.h
DA:2,3
DA:3,0
end_of_record
SF:kernel/base/ring_test.cc
DA:1,1
end_of_record
"""


class Coverage(unittest.TestCase):

    def test_a_line_is_covered_when_one_test_runs_it(self):
        self.assertEqual(coverage.parse(REPORT)["kernel/base/ring.h"], {1: 1, 2: 3, 3: 0})

    def test_tests_and_libraries_do_not_count(self):
        self.assertEqual(coverage.table(coverage.parse(REPORT)),
                         ["  66.7 %      2/3      kernel/base/ring.h", "  66.7 %      2/3      all"])

    def test_the_merged_report_says_the_same(self):
        files = coverage.parse(REPORT)
        self.assertEqual(coverage.parse(coverage.merged(files)), files)


if __name__ == "__main__":
    unittest.main()
