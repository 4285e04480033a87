"""The models judged by drivers that others wrote: U-Boot's, on QEMU's raspi3b, pings Linux through each.

The arguments are the program of models, U-Boot, and the command that starts QEMU.
"""

import os
import sys
import tempfile
import threading
import time
import unittest
import subprocess

from testing.linux_peer import peer
from testing.models.usbredir import device_model

PROGRAM, U_BOOT, COMMAND = None, None, []

# What U-Boot does and the manuals do not have: registers of a PHY that resets, MII commands without their busy bit,
# energy-efficient Ethernet left on.
U_BOOT_S_OWN = ("while the PHY resets", "without its busy bit", "with EEE on")


class Console:
    """U-Boot's command line."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._text = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while piece := self.process.stdout.read1(4096):
            self._text += piece
            sys.stderr.write(piece.decode(errors="replace"))

    def type_until_prompt(self, text, seconds=60):
        """Types a line, once or until the prompt appears; what U-Boot said."""
        begin = len(self._text)
        end = time.monotonic() + seconds
        self.process.stdin.write(text + b"\n")
        self.process.stdin.flush()
        while b"U-Boot> " not in self._text[begin:]:
            if time.monotonic() > end:
                raise AssertionError(f"no prompt after {text!r}: {self._text!r}")
            time.sleep(0.05)
            if not text and b"Hit any key" in self._text:
                self.process.stdin.write(b"\n")
                self.process.stdin.flush()
        return self._text[begin:]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()


class ForeignDrivers(unittest.TestCase):

    def ping_through(self, model):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "chip.sock")
            chip = device_model.Chip(PROGRAM, model, path)
            self.addCleanup(chip.stop)
            chip.wait_for_line("listening")
            console = Console([*COMMAND, "-kernel", U_BOOT, *device_model.at_root_port(path)])
            self.addCleanup(console.stop)
            console.type_until_prompt(b"")
            # It has no address by itself: which of its devices ours is, it does not say.
            for index in range(3):
                console.type_until_prompt(b"setenv eth%daddr b8:27:eb:00:00:01" % index if index else
                                          b"setenv ipaddr 10.9.9.2")
            console.type_until_prompt(b"usb reset")
            self.assertIn(b"host 10.9.9.9 is alive", console.type_until_prompt(b"ping 10.9.9.9"))
            own = [line for line in chip.violations() if not line.endswith(U_BOOT_S_OWN)]
            self.assertEqual(own, [])
            self.assertGreaterEqual(chip.counters()["received"], 2)

    def test_its_driver_of_the_lan78xx_pings_through_the_lan7800(self):
        self.ping_through("lan7800")

    def test_its_driver_of_the_smsc95xx_pings_through_the_lan9514(self):
        self.ping_through("lan9514")


if __name__ == "__main__":
    PROGRAM, U_BOOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    COMMAND = [os.path.abspath(sys.argv[3]), *sys.argv[4:]]
    peer.make_network("10.9.9.9/24")
    unittest.main(argv=sys.argv[:1])
