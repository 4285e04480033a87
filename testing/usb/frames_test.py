"""Frames through the rpi3 board's USB: controller, hubs, adapter and back. The arguments start QEMU."""

import os
import random
import sys
import unittest

from testing.usb import machine

COMMAND = None
SEED = 20261122


class Frames(unittest.TestCase):

    def test_frames_of_all_sizes_come_back_as_they_were(self):
        board = machine.Machine(COMMAND)
        self.addCleanup(board.stop)
        mac = bytes(int(word, 16) for word in board.wait_for_line("mac").split()[1:])
        print("seed", SEED)
        source = random.Random(SEED)
        # The first answer comes when the adapter has been found.
        board.exchange(mac, bytes(46))
        # 50, 114: with their headers whole packets of 64 bytes.
        for size in [46, 47, 49, 50, 51, 113, 114, 115, 1000, 1473, 1474, 1499, 1500]:
            payload = source.randbytes(size)
            self.assertEqual(board.exchange(mac, payload), payload, f"size {size}")
        for _ in range(200):
            payload = source.randbytes(source.randrange(46, 1501))
            self.assertEqual(board.exchange(mac, payload), payload)


if __name__ == "__main__":
    COMMAND = [os.path.abspath(sys.argv[1]), *sys.argv[2:]]
    unittest.main(argv=sys.argv[:1])
