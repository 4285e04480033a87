"""Tests of symbolize.py with a stand-in for llvm-symbolizer, and of symbols.py."""

import os
import pathlib
import sys
import tempfile
import unittest

import symbolize
import symbols
import tiny_guest

# Knows two functions; the second is inlined into the first at one address.
_FAKE = """#!{python}
import json, sys
known = {{
    "0x1000": [("Trap", "kernel/a.cc", 5)],
    "0x1fff": [("Inner", "kernel/b.h", 7), ("Outer", "kernel/b.cc", 70)],
    "0x2fff": [("start", "", 0)],
}}
entries = []
for address in sys.argv[4:]:
    names = known.get(address, [("", "", 0)])
    symbols = [{{"FunctionName": f, "FileName": n, "Line": l}} for f, n, l in names]
    entries.append({{"Address": address, "Symbol": symbols}})
print(json.dumps(entries))
"""

_EXCEPTION = [
    "*** PANIC: data abort ***",
    "  x0 0x0000000000001000  pc 0x0000000000001000  sp 0x0000000000002000",
    "backtrace:",
    "  #0 0x0000000000001000",
    "  #1 0x0000000000002000",
    "  #2 0x0000000000003000",
    "  #3 0x0000000000004000",
    "*** END OF PANIC ***",
]


class SymbolizeTest(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.addCleanup(self._directory.cleanup)

    def tool(self, text):
        path = pathlib.Path(self._directory.name, "symbolizer")
        path.write_text(text)
        path.chmod(0o755)
        return str(path)

    def test_frames_get_function_file_and_line(self):
        result = symbolize.symbolize(_EXCEPTION, "x.elf", self.tool(_FAKE.format(python=sys.executable)))
        self.assertEqual(
            result[3:],
            [
                "  #0 0x0000000000001000  Trap kernel/a.cc:5",
                "  #1 0x0000000000002000  Inner kernel/b.h:7",
                "      inlined into  Outer kernel/b.cc:70",
                "  #2 0x0000000000003000  start",
                "  #3 0x0000000000004000",
                "*** END OF PANIC ***",
            ],
        )

    def test_frame_0_of_a_failed_check_is_a_return_address(self):
        lines = ["*** PANIC: CHECK failed ***", "backtrace:", "  #0 0x0000000000002000"]
        result = symbolize.symbolize(lines, "x.elf", self.tool(_FAKE.format(python=sys.executable)))
        self.assertEqual(result[2], "  #0 0x0000000000002000  Inner kernel/b.h:7")

    def test_lines_without_frames_stay_and_no_tool_runs(self):
        lines = ["hello", "x #0 0x1000"]
        self.assertEqual(symbolize.symbolize(lines, "x.elf", "/nonexistent"), lines)

    def test_a_tool_that_fails_costs_the_names_only(self):
        for command in ("exit 1", "echo nonsense", "echo '[{}]'", "echo '[1]'"):
            with self.subTest(command=command):
                result = symbolize.symbolize(_EXCEPTION, "x.elf", self.tool(f"#!/bin/sh\n{command}\n"))
                self.assertEqual(result[:-1], _EXCEPTION)
                self.assertIn("the backtrace has no names", result[-1])
        self.assertIn("/nonexistent", symbolize.symbolize(_EXCEPTION, "x.elf", "/nonexistent")[-1])


class SymbolsTest(unittest.TestCase):
    def read(self, data):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "x.elf")
            pathlib.Path(path).write_bytes(data)
            return symbols.read(path)

    def test_reads_entry_and_symbols(self):
        elf = self.read(tiny_guest.elf(tiny_guest.EM_AARCH64, 0x80000, bytes(16), bytes(4)))
        self.assertEqual((elf.first_instruction, elf.address_of("main")), (0x80000, 0x80010))

    def test_the_pvh_note_is_the_first_instruction(self):
        elf = self.read(tiny_guest.elf(tiny_guest.EM_X86_64, 0x100000, bytes(16), bytes(4), has_pvh_note=True))
        self.assertEqual((elf.first_instruction, elf.entry), (0x100000, 0x100010))

    def test_a_missing_symbol_is_named(self):
        elf = self.read(tiny_guest.elf(tiny_guest.EM_AARCH64, 0x80000, bytes(16), bytes(4)))
        with self.assertRaisesRegex(symbols.ElfError, "0 symbols named nowhere"):
            elf.address_of("nowhere")

    def test_a_broken_file_is_an_error_wherever_it_is_cut(self):
        whole = tiny_guest.elf(tiny_guest.EM_X86_64, 0x100000, bytes(16), bytes(4), has_pvh_note=True)
        for size in range(0, 600, 7):
            try:
                self.read(whole[:size])
            except symbols.ElfError:
                pass  # any other exception fails the test

    def test_a_file_that_is_no_elf_file_is_named(self):
        with self.assertRaisesRegex(symbols.ElfError, "no ELF file"):
            self.read(b"#!/bin/sh\n")


if __name__ == "__main__":
    unittest.main()
