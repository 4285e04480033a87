"""Tests of typist.py."""

import os
import re
import unittest

import typist


class TypistTest(unittest.TestCase):
    def setUp(self):
        self.typist = typist.Typist([(re.compile("^name\\?$"), "Enkel\n"), (re.compile("age"), "1\n")])
        self.addCleanup(self.typist.close)
        os.set_blocking(self.typist.input, False)

    def typed(self):
        try:
            return os.read(self.typist.input, 100)
        except BlockingIOError:
            return None

    def test_types_when_asked_and_in_order(self):
        self.typist.see("your age")
        self.assertIsNone(self.typed())
        self.typist.see("name?")
        self.assertEqual(self.typed(), b"Enkel\n")
        self.typist.see("name?")
        self.assertIsNone(self.typed())
        self.typist.see("your age")
        self.assertEqual(self.typed(), b"1\n")
        self.typist.see("your age")
        self.assertIsNone(self.typed())

    def test_one_line_asks_for_one_text(self):
        both = typist.Typist([(re.compile("x"), "1"), (re.compile("x"), "2")])
        self.addCleanup(both.close)
        both.see("x")
        self.assertEqual(os.read(both.input, 100), b"1")

    def test_more_than_a_pipe_holds_is_an_error(self):
        long = typist.Typist([(re.compile(""), "x" * 65537)])
        self.addCleanup(long.close)
        with self.assertRaises(ValueError):
            long.see("")


if __name__ == "__main__":
    unittest.main()
