"""The program in the documentation is the one that is compiled and run. Arguments: the program, the page."""

import sys
import unittest


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class DocumentationTest(unittest.TestCase):
    def test_the_page_shows_the_program_as_it_is(self):
        program, page = (read(path) for path in FILES)
        self.assertIn(f"```cpp\n{program}```\n", page)


if __name__ == "__main__":
    FILES = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
