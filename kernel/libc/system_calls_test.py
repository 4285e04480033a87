"""docs/system_calls.md says of each system call that musl knows whether kernel/libc has it, and is right."""

import pathlib
import re
import sys
import unittest

_DEFINITION = re.compile(r"^(?:\[\[noreturn\]\] )?long sys_(\w+)\(", re.MULTILINE)
_ROW = re.compile(r"^\| (\w+) \| (\w+) \| (.*)\|$", re.MULTILINE)

# A thread is made without a number: kernel/libc/thread.cc has __enkel_clone.
_WITHOUT_A_SYMBOL = {"clone"}


def known(stubs):
    """The calls of musl's tables, by their generated stubs."""
    return {pathlib.Path(stub).stem for stub in stubs}


def defined(sources):
    return {name for source in sources for name in _DEFINITION.findall(pathlib.Path(source).read_text())}


class SystemCallsTest(unittest.TestCase):
    table = stubs = sources = None

    def rows(self):
        return _ROW.findall(pathlib.Path(self.table).read_text())

    def test_each_call_has_one_row_in_order(self):
        self.assertEqual([name for name, _, _ in self.rows() if name != "call"], sorted(known(self.stubs)))

    def test_a_call_is_absent_exactly_where_there_is_no_function(self):
        present = {name for name, state, _ in self.rows() if state in ("works", "partial")}
        self.assertEqual(present - _WITHOUT_A_SYMBOL, defined(self.sources) & known(self.stubs))

    def test_every_function_is_a_call_of_musl(self):
        self.assertEqual(defined(self.sources) - known(self.stubs), set())

    def test_a_state_is_one_of_three_and_a_partial_call_says_what_is_missing(self):
        for name, state, text in self.rows():
            if name == "call":
                continue
            with self.subTest(name):
                self.assertIn(state, ("works", "partial", "absent"))
                self.assertTrue(state != "partial" or text.strip())


if __name__ == "__main__":
    SystemCallsTest.table = next(path for path in sys.argv[1:] if path.endswith("system_calls.md"))
    SystemCallsTest.stubs = [path for path in sys.argv[1:] if path.endswith(".c")]
    SystemCallsTest.sources = [path for path in sys.argv[1:] if path.endswith(".cc")]
    unittest.main(argv=sys.argv[:1])
