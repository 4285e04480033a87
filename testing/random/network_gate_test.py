"""A machine without a source of randomness sends nothing: no frame leaves before the generator is seeded.

The arguments: QEMU for a program that brings its network up, `--`, and what takes the sources away.
"""

import os
import sys
import unittest

from testing.usb import machine

WITH_SOURCES = None
WITHOUT_SOURCES = None


class NetworkGate(unittest.TestCase):

    def start(self, command):
        started = machine.Machine(command)
        self.addCleanup(started.stop)
        return started

    def test_with_sources_it_sends(self):
        self.assertIsNotNone(self.start(WITH_SOURCES).receive(60))

    def test_without_sources_it_stops_and_has_sent_nothing(self):
        stopped = self.start(WITHOUT_SOURCES)
        stopped.wait_for_line("*** PANIC: no source of randomness")
        self.assertIsNone(stopped.receive(0))


if __name__ == "__main__":
    between = sys.argv.index("--")
    WITH_SOURCES = [os.path.abspath(sys.argv[1]), *sys.argv[2:between]]
    WITHOUT_SOURCES = [*WITH_SOURCES, *sys.argv[between + 1:]]
    unittest.main(argv=sys.argv[:1])
