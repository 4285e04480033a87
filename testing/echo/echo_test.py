"""//apps/echo under a load from Linux: every byte checked, counters that add up on both sides, no buffer lost."""

import argparse
import os
import re
import socket
import subprocess
import sys
import time
import unittest

from testing.linux_peer import peer

OURS = "10.7.7.2"
LINUX = "10.7.7.1"
OPTIONS = argparse.Namespace(datagrams=0, mebibytes=0, load=None, no_offload=False, command=[])


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
        command = [OPTIONS.command[0], *OPTIONS.command[1:]]
        cls.program = peer.Program(*command, environment={"ip": OURS + "/24"})
        cls.program.wait_for_line("echo on port 7", 60)

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()

    def test_a_load_comes_back_whole_and_everything_adds_up(self):
        # Both know each other's address now, and the card has borrowed as many buffers as it ever will: more as frames come.
        self.load(2000, 1)
        self.counters_at_rest(our_counters())
        before, linux_before = our_counters(), linux_counters()
        self.load(OPTIONS.datagrams, OPTIONS.mebibytes)
        after, linux_after = self.counters_at_rest(before)
        linux = {name: linux_after[name] - linux_before[name] for name in linux_after}
        ours = {name: after[name] - before[name] for name in after}
        print(f"Linux {linux}, ours {ours}", file=sys.stderr)
        self.assertEqual((linux["lost"], ours["lost"]), (0, 0))
        self.assertGreaterEqual(linux["sent"] + linux["received"], 2 * OPTIONS.datagrams)
        # The question for our counters is itself on the way: a few frames on either side of the answer.
        self.assertLessEqual(abs(linux["sent"] - ours["received"]), 8)
        self.assertLessEqual(abs(linux["received"] - ours["transmitted"]), 8)
        self.assertEqual(ours["packets in use"], 0)
        self.assertEqual(ours["buffers in use"], 0)

    def load(self, datagrams, mebibytes):
        subprocess.run([OPTIONS.load, OURS, str(datagrams), str(mebibytes)], check=True, timeout=3000, stdout=sys.stderr)

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
    parser.add_argument("--datagrams", type=int, required=True)
    parser.add_argument("--mebibytes", type=int, required=True)
    parser.add_argument("load")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    parser.parse_args(namespace=OPTIONS)
    OPTIONS.load = os.path.abspath(OPTIONS.load)
    OPTIONS.command[0] = os.path.abspath(OPTIONS.command[0])
    peer.make_network(LINUX + "/24")
    peer.set_sysctl(f"net/ipv6/conf/{peer.TAP}/disable_ipv6", 1)  # no frames but those of the load
    unittest.main(argv=[sys.argv[0]])
