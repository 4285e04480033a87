"""A USB keyboard as a console: what QEMU's monitor types is read from the standard input. The arguments start QEMU."""

import os
import sys
import time
import unittest

from testing.usb import machine

COMMAND = None
KEYS = {" ": "spc", ",": "comma", "!": "shift-1", "\n": "ret", "-": "minus", "_": "shift-minus", "\b": "backspace"}


def key_of(character):
    if character in KEYS:
        return KEYS[character]
    return f"shift-{character.lower()}" if character.isupper() else character


class Keyboard(unittest.TestCase):

    def setUp(self):
        self.board = machine.Machine(COMMAND)
        self.addCleanup(self.board.stop)

    def press(self, keys):
        """QEMU holds each down for 50 ms and waits as long before the next: a keyboard forgets what is not soon fetched."""
        for key in keys:
            self.board.monitor(f"sendkey {key} 50")

    def line_after(self, keys, start, patience=60):
        """Presses the keys again and again until a line begins so: the keyboard may not have been found yet."""
        deadline = time.monotonic() + patience
        while True:
            self.press(keys)
            try:
                return self.board.wait_for_line(start, 1)
            except AssertionError:
                if time.monotonic() > deadline:
                    raise

    def type(self, text):
        self.press([key_of(character) for character in text])

    def test_a_line_is_typed_corrected_and_read(self):
        self.board.wait_for_line("ready")
        self.line_after(["a", "ret"], "read a")
        self.type("Hello,\b\b\b\b\bELLO, enkel_1!\n")
        self.assertEqual(self.board.wait_for_line("read H"), "read HELLO, enkel_1!")
        self.type("end\n")
        self.assertEqual(self.board.wait_for_line("read end"), "read end")
        self.assertEqual(self.board.wait_for_line("[enkel]"), "[enkel] exit 0")


if __name__ == "__main__":
    COMMAND = [os.path.abspath(sys.argv[1]), *sys.argv[2:]]
    unittest.main(argv=sys.argv[:1])
