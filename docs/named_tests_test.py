"""Each test that the documents name exists.

Reads the tree itself rather than copies of its BUILD files: hence the tags of this test.
"""

import pathlib
import re
import unittest

from toolchain.dev import build_files

TOP = pathlib.Path(__file__).resolve().parents[1]
DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "docs/**/*.md", "kernel/**/*.md", "net/**/*.md", "testing/**/*.md")
TEST = re.compile(r"//[a-z0-9_/]*(?::[A-Za-z0-9_.]+)?_(?:test|fuzz)\b")


def named(text):
    """The labels of tests in a document."""
    return set(TEST.findall(text))


def exists(top, packages, label):
    folder, _, name = label.removeprefix("//").partition(":")
    if not (top / folder / "BUILD.bazel").exists():
        return False
    if folder not in packages:
        packages[folder] = build_files.Package(top, folder).names
    return (name or pathlib.PurePath(folder).name) in packages[folder]


class NamedTests(unittest.TestCase):

    def test_a_label_is_found_in_a_row_of_a_table(self):
        self.assertEqual(named("| H1 | `//testing/boot:a_test` walks, `//kernel/panic:b_fuzz` | //apps/hello:pc |"),
                         {"//testing/boot:a_test", "//kernel/panic:b_fuzz"})

    def test_what_rules_macros_and_comprehensions_make_is_known(self):
        packages = {}
        for label in ["//kernel/base:text_test", "//testing/boot/faults:hardening_test", "//testing/boot/faults:hardening_test.pc_test",
                      "//testing/interrupt:latency_on_virt_gicv3_test", "//apps/hello:rpi3.surface_test"]:
            self.assertTrue(exists(TOP, packages, label), label)
        for label in ["//kernel/base:no_such_test", "//no/such/folder:text_test", "//testing/interrupt:latency_on_mars_test"]:
            self.assertFalse(exists(TOP, packages, label), label)

    def test_each_test_that_a_document_names_exists(self):
        self.assertTrue((TOP / "WORKSPACE").exists())
        packages, count, problems = {}, 0, []
        for document in sorted({path for pattern in DOCUMENTS for path in TOP.glob(pattern)}):
            for label in sorted(named(document.read_text(encoding="utf-8"))):
                count += 1
                if not exists(TOP, packages, label):
                    problems.append(f"{document.relative_to(TOP)}: {label} does not exist")
        self.assertEqual(problems, [])
        self.assertGreater(count, 80)


if __name__ == "__main__":
    unittest.main()
