"""Each check of lint.py finds what it is for, and accepts what is right."""

import pathlib
import tempfile
import unittest

from toolchain.dev import lint


class Lint(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)

    def check(self, function, files):
        for path, text in files.items():
            (self.top / path).parent.mkdir(parents=True, exist_ok=True)
            (self.top / path).write_text(text)
        return function(self.top, sorted(files))

    def test_header_guards(self):
        good = "#ifndef ENKEL_NET_TCP_H_\n#define ENKEL_NET_TCP_H_\n#endif  // ENKEL_NET_TCP_H_\n"
        self.assertEqual(self.check(lint.check_guards, {"net/tcp.h": good}), [])
        self.assertEqual(self.check(lint.check_guards, {"net/udp.h": good}),
                         ["net/udp.h: the header guard must be ENKEL_NET_UDP_H_"])

    def test_a_citation_needs_its_key(self):
        keys = {lint.REFERENCES: "| [ARM ARM] | Arm |\n"}
        self.assertEqual(self.check(lint.check_references, keys | {"a.cc": "// [ARM ARM] D8.3 [M] [0, 1) table[Index]\n"}), [])
        self.assertEqual(self.check(lint.check_references, keys | {"a.cc": "/* [ARM ARM] D8.3,\n   [SDM] 3A */"}),
                         ["a.cc: [SDM] is not in docs/references.md"])

    def test_a_key_needs_its_citation(self):
        self.assertEqual(self.check(lint.check_references, {lint.REFERENCES: "| [SDM] | Intel |\n", "a.cc": "f[SDM];"}),
                         ["docs/references.md: nothing cites [SDM]"])

    def test_links(self):
        text = "[a](b.md) [c](b.md#part) [d](https://example.org) [e](gone.md)"
        self.assertEqual(self.check(lint.check_links, {"docs/a.md": text, "docs/b.md": ""}),
                         ["docs/a.md: the link to gone.md leads nowhere"])

    def test_hops(self):
        self.assertEqual(self.check(lint.check_hops, {"docs/life_of_a_boot.md": "`k.cc: Go`", "docs/a.md": "`x.cc: Y`"}),
                         ["docs/life_of_a_boot.md: k.cc is gone (Go)"])

    def test_a_formatter_that_complains_is_heard(self):
        self.assertEqual(lint.run_formatter(["false"], self.top, ["a.cc"]), [""])
        self.assertEqual(lint.run_formatter(["true"], self.top, ["a.cc"]), [])
        self.assertEqual(lint.run_formatter(["false"], self.top, []), [])


if __name__ == "__main__":
    unittest.main()
