"""//apps/echo under a load from Linux: every byte checked, counters that add up on both sides, no buffer lost."""

import argparse
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from testing.linux_peer import peer
from testing.models.usbredir import device_model

OURS = "10.7.7.2"
LINUX = "10.7.7.1"
OPTIONS = argparse.Namespace(small=0, large=0, mebibytes=0, segments="any", over="tap", chip=None, load=None, command=[])


def linux_counters():
    """Frames that Linux sent to, received from, and dropped at the interface."""
    with open("/proc/net/dev") as file:
        words = next(line.split(":")[1].split() for line in file if line.strip().startswith(peer.TAP + ":"))
    return {"sent": int(words[9]), "received": int(words[1]), "lost": int(words[3]) + int(words[11])}


def our_counters():
    with socket.create_connection((OURS, 9), 20) as stream:
        text = stream.makefile().read()
    words = re.fullmatch(r"received (\d+) transmitted (\d+) lost (\d+) refused (\d+) packets (\d+) buffers (\d+)\n", text)
    names = ("received", "transmitted", "lost", "refused", "packets in use", "buffers in use")
    return dict(zip(names, map(int, words.groups())))


class Echo(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        environment = {"ip": OURS + "/24"}
        if OPTIONS.segments == "small":
            environment["ENKEL_OFFLOAD"] = "off"  # of the linux board; others have cards
        cls.chip = None
        cable = []
        if OPTIONS.chip:
            model, program = OPTIONS.chip.split("=")
            cls.directory = tempfile.TemporaryDirectory(dir="/tmp")  # a path of a socket is short
            path = os.path.join(cls.directory.name, "chip.sock")
            cls.chip = device_model.Chip(os.path.abspath(program), model, path, f"--tap={peer.TAP}")
            cls.chip.wait_for_line("listening")
            cable = device_model.at_root_port(path)
        cls.program = peer.Program(*OPTIONS.command, *cable, environment=environment)
        cls.program.wait_for_line("echo on port 7", 60)
        cls.wait_until_frames_come_back()

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()
        if cls.chip:
            cls.chip.stop()
            cls.directory.cleanup()

    def test_a_load_comes_back_whole_and_everything_adds_up(self):
        # Both know each other's address now, and the card has borrowed as many buffers as it ever will: more as frames come.
        self.load(1000, min(1000, OPTIONS.large // 10), 1)
        self.counters_at_rest(our_counters())
        before, linux_before = our_counters(), linux_counters()
        self.load(OPTIONS.small, OPTIONS.large, 0)
        between = linux_counters()
        self.assertEqual(our_counters()["lost"], before["lost"])
        self.load(0, 0, OPTIONS.mebibytes)
        after, linux_after = self.counters_at_rest(before)
        self.check_segments({name: linux_after[name] - between[name] for name in between})
        linux = {name: linux_after[name] - linux_before[name] for name in linux_after}
        ours = {name: after[name] - before[name] for name in after}
        print(f"Linux {linux}, ours {ours}", file=sys.stderr)
        self.assertEqual(linux["lost"], 0)
        self.assertGreaterEqual(linux["sent"] + linux["received"], 2 * (OPTIONS.small + OPTIONS.large))
        # The question for our counters is itself on the way: a few frames on either side of the answer.
        # A stream may send faster than a card is emptied: TCP sends again what was lost, and it is counted.
        self.assertLessEqual(abs(linux["sent"] - ours["received"] - ours["lost"]), 8)
        self.assertLessEqual(abs(linux["received"] - ours["transmitted"]), 8)
        if self.chip:
            counters = self.chip.counters()
            self.assertEqual((counters["overflowed"], self.chip.violations()), (0, []))
            self.assertLessEqual(abs(counters["received"] - after["received"] - after["lost"]), 8)
            self.assertLessEqual(abs(counters["transmitted"] - after["transmitted"]), 8)
        self.assertEqual(ours["packets in use"], 0)
        self.assertEqual(ours["buffers in use"], 0)

    @classmethod
    def wait_until_frames_come_back(cls):
        """A card may take a while longer: an adapter has to be found first."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
            question.settimeout(0.5)
            for _ in range(120):
                question.sendto(b"there?", (OURS, 7))
                with contextlib.suppress(OSError):
                    question.recv(100)
                    return
        raise AssertionError("nothing comes back")

    def check_segments(self, frames):
        """Whether segments went as large ones, which Ethernet cannot carry, or as small ones."""
        small = (OPTIONS.mebibytes << 20) / 1460
        sizes = OPTIONS.segments.split(",")
        # What comes in small segments is acknowledged in many frames, and they are counted, too.
        most_large = (0.6 if set(sizes) == {"large"} else 1) * small
        for direction, size in (("sent", sizes[0]), ("received", sizes[-1])):
            if size == "large":
                self.assertLess(frames[direction], most_large, direction)
            if size == "small":
                self.assertGreaterEqual(frames[direction], small, direction)

    def load(self, small, large, mebibytes):
        subprocess.run([OPTIONS.load, OURS, str(small), str(large), str(mebibytes)], check=True, timeout=3000,
                       stdout=sys.stderr)

    def counters_at_rest(self, before):
        """When what the load left behind is gone: the last acknowledgments, a connection that closes."""
        end = time.monotonic() + 30
        while True:
            after, linux = our_counters(), linux_counters()
            is_at_rest = all(after[name] == before[name] for name in ("packets in use", "buffers in use"))
            if is_at_rest or time.monotonic() > end:
                return after, linux
            time.sleep(0.2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", type=int, required=True, help="datagrams")
    parser.add_argument("--large", type=int, required=True, help="datagrams that fill a frame")
    parser.add_argument("--mebibytes", type=int, required=True)
    sizes = ["large", "small", "any"]
    parser.add_argument("--segments", choices=sizes + [f"{sent},{received}" for sent in sizes for received in sizes],
                        help="of both directions, or as Linux sends, and as it receives them")
    parser.add_argument("--over", choices=["tap", "veth"])
    parser.add_argument("--chip", help="MODEL=PROGRAM, beside QEMU")
    parser.add_argument("load")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    parser.parse_args(namespace=OPTIONS)
    OPTIONS.load = os.path.abspath(OPTIONS.load)
    OPTIONS.command[0] = os.path.abspath(OPTIONS.command[0])
    peer.make_network(LINUX + "/24", has_file=OPTIONS.over == "tap")
    if OPTIONS.over == "veth" and OPTIONS.segments == "small":
        peer.leave_nothing_undone(peer.TAP)
    peer.set_sysctl(f"net/ipv6/conf/{peer.TAP}/disable_ipv6", 1)  # no frames but those of the load
    unittest.main(argv=[sys.argv[0]])
