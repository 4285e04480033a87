"""Makers of load at //apps/http under QEMU: wrk and h2load. Nothing may fail, no connection may be lost, no memory may go.

Over tap: QEMU's own network lets one connection wait at its door, and Linux has the others knock again seconds later.

  bazel test //testing/http:load_on_pc_test              12 seconds of wrk
  bazel test //testing/http:load_for_5_minutes_test      5 minutes of it; not among `//...`
"""

import argparse
import http.client
import re
import sys
import unittest

from testing.http import machine
from testing.linux_peer import peer

CONNECTIONS = 30
OURS = "10.9.9.2"
LINUX = "10.9.9.9/24"
OPTIONS = argparse.Namespace(program=None, emulator=None, seconds=12)


class Load(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        peer.make_network(LINUX)
        cls.machine = machine.Machine([
            OPTIONS.emulator, "-accel", "tcg", "-M", "q35", "-cpu", "max", "-m", "256", "-nodefaults", "-no-user-config",
            "-display", "none", "-no-reboot", "-serial", "stdio", "-kernel", OPTIONS.program, "-append", f"ip={OURS}/24",
            "-netdev", f"tap,id=net,ifname={peer.TAP},script=no,downscript=no", "-device", "virtio-net-pci,netdev=net"])
        cls.url = f"http://{OURS}/hello"
        cls.machine.wait_for("^serving port 80$")

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop()

    def metrics(self):
        connection = http.client.HTTPConnection(OURS, timeout=30)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return {name: int(value) for name, value in re.findall(r"(?m)^([a-z0-9_]+) (-?\d+)$", text)}

    def wait_for_rest(self):
        """The numbers, once the one who asks for them is the only client and no packet is on its way."""
        return machine.until(lambda: (now := self.metrics())["http_open_connections"] == 1 and now, 30, "no other connection")

    def run_wrk(self, seconds):
        text = peer.run_tool("usr/bin/wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s",
                             "--timeout", "20s", self.url, seconds=seconds + 60, repository="load_tools").decode()
        print(text, file=sys.stderr)
        # wrk says these only where there is something to say.
        self.assertNotIn("Socket errors", text)
        self.assertNotIn("Non-2xx", text)
        return int(re.search(r"(\d+) requests in ", text)[1])

    def test_wrk_loses_nothing_and_leaves_nothing(self):
        self.run_wrk(2)  # as many connections as there will be: their memory is kept for the next ones
        before = self.wait_for_rest()
        answered = self.run_wrk(OPTIONS.seconds)
        after = self.wait_for_rest()
        self.assertGreater(answered, 50 * OPTIONS.seconds)
        self.assertGreaterEqual(after["http_requests_total"] - before["http_requests_total"], answered)
        # wrk tries the address once before it begins; the other ones are its own, each for all of the time, and ours.
        made = after["http_connections_total"] - before["http_connections_total"]
        self.assertLessEqual(made, CONNECTIONS + 1 + after["http_requests_total"] - before["http_requests_total"] - answered)
        self.assertLessEqual(made, CONNECTIONS + 10)
        self.assertEqual(after["http_timeouts_total"], 0)
        self.assertEqual(after["http_malformed_total"], 0)
        # A place or two more than there ever were connections at a time; nothing that goes by requests.
        self.assertGreater(after["memory_free_bytes"], before["memory_free_bytes"] - 65_536)

    def test_h2load_loses_nothing_in_its_http_1_mode(self):
        asked = 100 * OPTIONS.seconds
        text = peer.run_tool("usr/bin/h2load", "--h1", "--requests", str(asked), "--clients", str(CONNECTIONS),
                             self.url, seconds=600, repository="load_tools").decode()
        print(text, file=sys.stderr)
        self.assertIn(f"requests: {asked} total, {asked} started, {asked} done, {asked} succeeded, 0 failed, 0 errored, 0 timeout",
                      text)
        self.assertIn(f"status codes: {asked} 2xx, 0 3xx, 0 4xx, 0 5xx", text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("emulator")
    parser.add_argument("--seconds", type=int, default=12)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
