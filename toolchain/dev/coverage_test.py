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

    def test_of_some_folders_only_they_are_measured(self):
        self.assertEqual(coverage.measured([]), coverage.MEASURED)
        self.assertEqual(coverage.measured(["//..."]), coverage.MEASURED)
        self.assertEqual(coverage.measured(["//net/tcp/...", "//net/wire:all"]), "^//(net/tcp|net/wire)[/:]")

    def test_tests_and_libraries_do_not_count(self):
        self.assertEqual(coverage.table(coverage.parse(REPORT)),
                         ["  66.7 %      2/3      kernel/base/ring.h", "  66.7 %      2/3      all"])

    def test_a_folder_with_less_than_it_must_have_is_named(self):
        lines = {line: int(line > 6) for line in range(100)}
        self.assertEqual(coverage.shortfalls({"net/wire/tcp.cc": lines}),
                         ["net/wire/: 93.0 % of the lines are covered, not 95 %"])
        self.assertEqual(coverage.shortfalls({"net/tcp/tcp.cc": lines, "net/wire/tcp_test.cc": {1: 0}}), [])

    def test_the_merged_report_says_the_same(self):
        files = coverage.parse(REPORT)
        self.assertEqual(coverage.parse(coverage.merged(files)), files)


if __name__ == "__main__":
    unittest.main()
