"""The list of seeded bugs: long enough, and each can be put where it belongs."""

import pathlib
import unittest

from testing.mutation import mutants
from testing.mutation import run


class MutantsTest(unittest.TestCase):

    def test_there_are_at_least_thirty_with_names_of_their_own(self):
        self.assertGreaterEqual(len(mutants.MUTANTS), 30)
        self.assertEqual(len({(m.name, m.text) for m in mutants.MUTANTS}), len(mutants.MUTANTS))

    def test_each_text_stands_once_in_its_file_and_changes(self):
        for mutant in mutants.MUTANTS:
            with self.subTest(mutant.name):
                self.assertEqual(pathlib.Path(mutant.file).read_text().count(mutant.text), 1)
                self.assertNotEqual(mutant.text, mutant.replacement)
                self.assertTrue(mutant.tests)

    def test_a_run_without_failures_has_not_caught(self):
        self.assertIsNone(run.verdict(0, "//net:a_test  PASSED in 0.1s\n"))

    def test_failures_and_hangs_have(self):
        self.assertEqual(run.verdict(3, "//net:a_test  FAILED in 0.1s\n//net:b_test  PASSED in 1s\n"), ["//net:a_test"])
        self.assertEqual(run.verdict(3, "//net:a_test  TIMEOUT in 30s\n"), ["//net:a_test"])

    def test_a_part_of_a_run_mends_its_rows_of_the_table(self):
        first, second = mutants.MUTANTS[:2]
        page = run.table({first.name: "| %s | `f` | **nothing** |" % first.name,
                          second.name: "| %s | `g` | `//x` |" % second.name}, "")
        self.assertIn("1 of 2 are caught", page)
        page = run.table({first.name: "| %s | `f` | `//y` |" % first.name}, page)
        self.assertIn("2 of 2 are caught", page)
        self.assertIn("| %s | `g` | `//x` |" % second.name, page)

    def test_what_does_not_build_is_no_bug(self):
        with self.assertRaises(SystemExit):
            run.verdict(1, "error: unused variable\n//net:a_test  FAILED TO BUILD\n")


if __name__ == "__main__":
    unittest.main()
