"""Every hop of docs/life_of_*.md is in the sources of the images; hops.py sees when one is gone."""

import os
import pathlib
import sys
import unittest

from toolchain.dev import hops

ESSAY = "Then `kernel/boot/main.cc: EnkelBoot` runs, after `boards/pc/entry.S: _start`."


def check(files):
    return hops.check(ESSAY, files.get)


class Hops(unittest.TestCase):

    good = {
        "kernel/boot/main.cc": 'extern "C" [[noreturn]] void EnkelBoot(uint64_t first) {\n  Run();\n}\n',
        "boards/pc/entry.S": ".globl _start\n_start:\n  cld\n",
    }

    def test_accepts_hops_that_are_there(self):
        self.assertEqual(check(self.good), [])

    def test_tells_of_a_file_that_is_gone(self):
        self.assertEqual(check({"boards/pc/entry.S": self.good["boards/pc/entry.S"]}),
                         ["kernel/boot/main.cc is gone (EnkelBoot)"])

    def test_tells_of_a_function_that_is_gone(self):
        for text in ("void Boot() {}", "// EnkelBoot() {}\n", "void EnkelBoot(uint64_t first);", "  EnkelBoot(1);"):
            self.assertEqual(check(self.good | {"kernel/boot/main.cc": text}),
                             ["kernel/boot/main.cc defines no EnkelBoot"], text)

    def test_tells_of_a_label_that_is_gone(self):
        self.assertEqual(check(self.good | {"boards/pc/entry.S": "  jmp _start\n"}),
                         ["boards/pc/entry.S defines no _start"])

    def test_refuses_an_essay_without_hops(self):
        self.assertEqual(hops.check("Nothing.", {}.get), ["names no hop at all"])

    def test_essays_of_the_tree_tell_the_truth(self):
        essays = sorted(pathlib.Path("docs").glob("life_of_*.md"))
        self.assertTrue(essays)
        for essay in essays:
            read = lambda path: pathlib.Path(path).read_text() if os.path.exists(path) else None
            self.assertEqual(hops.check(essay.read_text(), read), [], essay)


if __name__ == "__main__":
    sys.exit(unittest.main())
