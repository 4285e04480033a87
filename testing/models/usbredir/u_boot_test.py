"""The models judged by drivers that others wrote: U-Boot's, on QEMU's raspi3b, pings Linux through each.

The arguments are the program of models, U-Boot, and the command that starts QEMU.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
import unittest

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
        self._commands = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while piece := self.process.stdout.read1(4096):
            self._text += piece
            sys.stderr.write(piece.decode(errors="replace"))

    def _wait(self, end_of_wait, text, nudge):
        deadline = time.monotonic() + end_of_wait
        while text not in self._text:
            if time.monotonic() > deadline:
                raise AssertionError(f"no {text!r}: {self._text!r}")
            if nudge:
                self._type(b"")
            time.sleep(0.1)

    def _type(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def wait_for_prompt(self):
        """Keeps it from starting anything by itself."""
        self._wait(60, b"U-Boot> ", nudge=True)

    def command(self, line):
        """Runs a command to its end; what U-Boot said."""
        self._commands += 1
        done = b"done%d" % self._commands
        begin = len(self._text)
        self._type(line + b"; echo " + done)
        self._wait(60, b"\n" + done, nudge=False)
        return self._text[begin:]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()


class ForeignDrivers(unittest.TestCase):

    def ping_through(self, model):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "chip.sock")
            chip = device_model.Chip(PROGRAM, model, path, f"--tap={peer.TAP}")
            self.addCleanup(chip.stop)
            chip.wait_for_line("listening")
            console = Console([*COMMAND, "-kernel", U_BOOT, *device_model.at_root_port(path)])
            self.addCleanup(console.stop)
            console.wait_for_prompt()
            # It has no address by itself, and does not say which of its devices ours is.
            console.command(b"setenv ipaddr 10.9.9.2")
            for index in (1, 2):
                console.command(b"setenv eth%daddr b8:27:eb:00:00:01" % index)
            console.command(b"usb reset")
            self.assertIn(b"host 10.9.9.9 is alive", console.command(b"ping 10.9.9.9"))
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
