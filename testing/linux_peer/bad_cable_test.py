"""Transfers between Linux and an image over a cable that loses, doubles, reorders, damages and delays frames."""

import hashlib
import os
import socket
import subprocess
import sys
import time
import unittest

from testing.linux_peer import peer

OURS = "10.9.9.2"
LINUX = "10.9.9.9"
IMAGE = None
RELAY = None
SIZE = 1 << 20  # bytes each way

# Rates are of a million frames each way, times are microseconds.
CABLES = {
    "a good cable": ["delay=200"],
    "0.1 % lost": ["lost=1000", "delay=500"],
    "1 % lost": ["lost=10000", "delay=500"],
    "10 % lost": ["lost=100000", "delay=500"],
    "1 % reordered, doubled, damaged": ["overtaken=10000", "hold=3000", "doubled=10000", "damaged=10000", "delay=500"],
    "10 % reordered": ["overtaken=100000", "hold=3000", "delay=1000"],
    "20 ms, jitter, 100 Mbit/s": ["delay=20000", "jitter=2000", "rate=100000000"],
}


class BadCable(unittest.TestCase):

    def transfer_both_ways(self, size):
        payload = os.urandom(size)
        begin = time.monotonic()
        with socket.create_connection((OURS, 9), 60) as stream:
            stream.settimeout(120)
            stream.sendall(payload)
            stream.shutdown(socket.SHUT_WR)
            answer = stream.makefile().read()
        self.assertEqual(answer.split(), [str(size), hashlib.sha256(payload).hexdigest()])
        middle = time.monotonic()
        with socket.create_connection((OURS, 19), 60) as stream:
            stream.settimeout(120)
            stream.sendall(b"%d\n" % size)
            received = stream.makefile("rb").read()
        self.assertEqual(received[size:].decode(), hashlib.sha256(received[:size]).hexdigest())
        return size / (middle - begin) / 1e6, size / (time.monotonic() - middle) / 1e6

    def test_everything_arrives_over_cables_of_all_kinds(self):
        for name, settings in CABLES.items():
            with self.subTest(name):
                relay = subprocess.Popen([RELAY, peer.TAP, peer.RELAYED, "seed=1", *settings], stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, text=True)
                self.assertEqual(relay.stdout.readline(), "ready\n")
                to_image, from_image = self.transfer_both_ways(SIZE // 4 if "10 % lost" in name else SIZE)
                counters, _ = relay.communicate()
                print(f"{name}: {to_image:.2f} MB/s to the image, {from_image:.2f} MB/s from it\n{counters}",
                      file=sys.stderr)


if __name__ == "__main__":
    IMAGE, RELAY = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    peer.make_relayed_network(LINUX + "/24")
    with peer.running(IMAGE, OURS) as program:
        program.wait_for_line("ready")
        unittest.main()
