"""Frames through a chip's model, our driver and back, every byte looked at. No right of any kind is needed.

The arguments are how many frames, the model's name, the program of models, and the command that starts QEMU.
"""

import argparse
import collections
import os
import random
import socket
import struct
import sys
import tempfile
import time
import unittest

from testing.linux_peer import peer
from testing.models.usbredir import device_model

OURS = bytes.fromhex("020000000001")
EXPERIMENTAL = 0x88B5  # EtherType for local experiments. [IEEE802] 9.2.4
SEED = 20261122
WINDOW = 8  # frames on their way: as many as a datagram socket of Linux keeps for certain
SMALLEST, LARGEST = 60, 1514  # bytes of a frame without its check sequence. [IEEE802.3] 3.2.7
OPTIONS = None


class Frames(unittest.TestCase):

    def setUp(self):
        directory = tempfile.TemporaryDirectory(dir="/tmp")  # a path of a socket is short
        self.addCleanup(directory.cleanup)
        usb, theirs, ours = (os.path.join(directory.name, name) for name in ("usb", "chip", "wire"))
        self.wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.wire.close)
        self.wire.bind(ours)
        self.wire.settimeout(30)
        self.chip = device_model.Chip(OPTIONS.program, OPTIONS.model, usb, f"--frames={theirs},{ours}")
        self.addCleanup(self.chip.stop)
        self.chip.wait_for_line("listening")
        self.wire.connect(theirs)
        self.machine = peer.Program(*OPTIONS.command, *device_model.at_root_port(usb))
        self.addCleanup(self.machine.stop)
        self.mac = bytes(int(word, 16) for word in self.machine.wait_for_line("mac", 60).split()[1:])
        self.header = self.mac + OURS + struct.pack(">H", EXPERIMENTAL)
        self.expected = OURS + self.mac + struct.pack(">H", EXPERIMENTAL)

    def wait_for_link(self):
        """Until a frame comes back."""
        self.wire.settimeout(0.5)
        for _ in range(120):
            self.wire.send(self.header + bytes(46))
            try:
                while self.wire.recv(2000) != self.expected + bytes(46):
                    pass
            except socket.timeout:
                continue
            self.wire.settimeout(30)
            return
        self.fail("no frame came back")

    def test_a_frame_of_any_size_comes_back_without_another_behind_it(self):
        """Also one that fills its USB packets exactly, on either way: only an empty packet tells that it has ended."""
        self.wait_for_link()
        self.wire.settimeout(10)
        for size in range(SMALLEST, LARGEST + 1):
            payload = random.Random(size).randbytes(size - len(self.header))
            self.wire.send(self.header + payload)
            try:
                self.assertEqual(self.wire.recv(2000), self.expected + payload)
            except socket.timeout:
                self.fail(f"a frame of {size} bytes did not come back")
        self.assertEqual(self.chip.violations(), [])

    def test_frames_come_back_as_they_were_and_in_their_order(self):
        self.wait_for_link()
        print("seed", SEED)
        source = random.Random(SEED)
        before = self.chip.counters()
        waiting = collections.deque()
        begin = time.monotonic()
        for number in range(OPTIONS.count + WINDOW):
            if number < OPTIONS.count:
                payload = struct.pack(">I", number) + source.randbytes(source.choice([42, 96, 496, 1008, 1496]) -
                                                                       source.randrange(0, 40) * (number % 2))
                waiting.append(payload + bytes(max(0, 46 - len(payload))))
                self.wire.send(self.header + payload)
            if number >= WINDOW:
                self.assertEqual(self.wire.recv(2000), self.expected + waiting.popleft())
        seconds = time.monotonic() - begin
        print(f"{OPTIONS.count / seconds:.0f} frames a second each way", file=sys.stderr)
        after = self.chip.counters()
        moved = {name: after[name] - before[name] for name in after}
        self.assertEqual((moved["received"], moved["transmitted"]), (OPTIONS.count, OPTIONS.count))
        self.assertEqual((moved["overflowed"], moved["filtered"]), (0, 0))
        self.assertEqual(self.chip.violations(), [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("model")
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    OPTIONS = parser.parse_args()
    OPTIONS.command[0] = os.path.abspath(OPTIONS.command[0])
    unittest.main(argv=sys.argv[:1])
