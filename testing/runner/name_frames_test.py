"""Tests of name_frames.py with a stand-in for llvm-symbolizer."""

import os
import pathlib
import sys
import tempfile
import unittest

import name_frames

_FAKE = """#!{python}
import json, sys
print(json.dumps([
    {{"Address": address, "Symbol": [{{"FunctionName": "at_" + address, "FileName": "f.cc", "Line": 7}}]}}
    for address in sys.argv[4:]
]))
"""

_REPORT = (
    b"hello\r\n\r\n*** PANIC: data abort ***\r\n  x0 0x0000000000000007  elr_el1 0x0000000000001000\r\nbacktrace:\r\n"
    b"  #0 0x0000000000001000\r\n  #1 0x0000000000002000  main+4\r\n*** END OF PANIC ***\r\n  #1 0x0000000000003000\r\n"
)
_NAMED = _REPORT.replace(b"1000\r\n  #1", b"1000  at_0x1000 f.cc:7\r\n  #1").replace(
    b"main+4\r\n", b"main+4  at_0x1fff f.cc:7\r\n"
)


class NameFramesTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        tool = pathlib.Path(directory.name, "symbolizer")
        tool.write_text(_FAKE.format(python=sys.executable))
        tool.chmod(0o755)
        self.namer = name_frames.Namer("x.elf", os.fspath(tool))

    def test_frames_of_a_panic_get_names_and_nothing_else_changes(self):
        self.assertEqual(self.namer.feed(_REPORT), _NAMED)

    def test_pieces_of_any_size_give_the_same(self):
        for size in (1, 7):
            shown = b"".join(self.namer.feed(_REPORT[i : i + size]) for i in range(0, len(_REPORT), size))
            self.assertEqual(shown, _NAMED)

    def test_nothing_is_held_back(self):
        for piece in (b"prompt> ", b"  #", b"\r", b"\n", b"\xff\x00"):
            self.assertEqual(self.namer.feed(piece), piece)

    def test_without_a_symbolizer_the_console_stays_as_it_is(self):
        namer = name_frames.Namer("x.elf", "/nonexistent")
        shown = namer.feed(_REPORT)
        self.assertIn(b"  #0 0x0000000000001000", shown)
        self.assertTrue(shown.endswith(b"  #1 0x0000000000003000\r\n"))


if __name__ == "__main__":
    unittest.main()
