"""What is embedded is what was there, in either form."""

import gzip
import os
import sys
import tempfile
import unittest

import make_content

ZLIB = None


class MakeContent(unittest.TestCase):

    def setUp(self):
        self.compressor = make_content.Compressor(ZLIB)

    def test_what_is_compressed_is_what_any_gzip_reads(self):
        for data in [b"", b"a", b"hello " * 1000, os.urandom(5000)]:
            self.assertEqual(gzip.decompress(self.compressor.gzip(data)), data)

    def test_the_compressed_form_has_no_date(self):
        self.assertEqual(self.compressor.gzip(b"x" * 100)[4:8], b"\0\0\0\0")

    def test_types_are_told_by_names(self):
        self.assertEqual(make_content.type_of("/a/index.HTML"), "text/html; charset=utf-8")
        self.assertEqual(make_content.type_of("/a/unknown"), "application/octet-stream")

    def test_files_stand_in_the_order_of_their_paths(self):
        with tempfile.TemporaryDirectory() as directory:
            names = ["z.txt", "a.png", "m.js"]
            for name in names:
                with open(os.path.join(directory, name), "wb") as file:
                    file.write(b"\x89" * 3 if name == "a.png" else b"text " * 100)
            files = {"/" + name: os.path.join(directory, name) for name in names}
            source = make_content.source_of("pages", "pages.h", files, self.compressor, directory)
            places = [source.index(f'"/{name}", ') for name in sorted(names)]
            self.assertEqual(places, sorted(places))
            self.assertIn('{"/a.png", "image/png", {kBytes0, 3}, "\\"', source)
            self.assertEqual(source.count(".gz"), 2)  # three bytes are not worth it

    def test_the_day_of_the_last_change_is_what_was_said(self):
        self.assertEqual(make_content.date_of("2026-11-22"), "Sun, 22 Nov 2026 00:00:00 GMT")
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "a.txt")
            with open(path, "wb") as file:
                file.write(b"abc")
            dated = make_content.source_of("pages", "pages.h", {"/a.txt": path}, self.compressor, directory, "2026-11-22")
            self.assertIn('"Sun, 22 Nov 2026 00:00:00 GMT"}', dated)


if __name__ == "__main__":
    ZLIB = sys.argv.pop()
    unittest.main()
