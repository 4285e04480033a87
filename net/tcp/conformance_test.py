"""CONFORMANCE.md against the tree: each MUST of RFC 9293 has a row, and each test that a row names exists."""

import pathlib
import re
import unittest

_TABLE = pathlib.Path("net/tcp/CONFORMANCE.md")
_ROW = re.compile(r"^\| (MUST|SHLD)-(\d+) \|", re.MULTILINE)
_NAME = re.compile(r"`(\w+Test)\.(\w+)`")
_TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", re.MULTILINE)


def named(text):
    """Pairs of suite and test that a text names."""
    return set(_NAME.findall(text))


def existing(sources):
    """Pairs of suite and test that some sources define."""
    return {pair for source in sources for pair in _TEST.findall(source)}


class ConformanceTest(unittest.TestCase):

    def test_each_must_has_a_row_with_a_test(self):
        rows = [line for line in _TABLE.read_text().splitlines() if line.startswith("| MUST-")]
        self.assertEqual([int(_ROW.match(row + "\n").group(2)) for row in rows], list(range(1, 70)))
        for row in rows:
            self.assertTrue(named(row), row)

    def test_each_named_test_exists(self):
        sources = [path.read_text() for path in pathlib.Path("net").rglob("*_test.cc")]
        missing = named(_TABLE.read_text()) - existing(sources)
        self.assertFalse(missing, "named in %s, and in no source: %s" % (_TABLE, sorted(missing)))

    def test_a_name_without_a_test_is_found(self):
        sources = ["TEST_F(OneTest, Exists) {\n", "TEST(OtherTest,\n     AlsoExists) {\n"]
        table = "| MUST-1 | | x | `OneTest.Exists`<br>`OtherTest.AlsoExists`<br>`OneTest.IsGone` |"
        self.assertEqual(named(table) - existing(sources), {("OneTest", "IsGone")})


if __name__ == "__main__":
    unittest.main()
