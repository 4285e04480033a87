"""How //apps/http comes to its address, and what its console says of it: built in, told at the start, by DHCP, by itself."""

import argparse
import http.client
import re
import subprocess
import sys
import tempfile
import unittest

from testing.http import machine
from testing.linux_peer import peer

LINUX = "10.9.9.9"
LINUX_LINK_LOCAL = "169.254.9.9"
OPTIONS = argparse.Namespace(program=None, with_address=None)


class Addresses(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        peer.make_network(f"{LINUX}/24")
        peer.add_ipv4(1, f"{LINUX_LINK_LOCAL}/16")

    def expect(self, program, console, **environment):
        """It has such an address, the console says so, and there it serves."""
        served = machine.Machine([program], {"ENKEL_TAP": peer.TAP, **environment})
        self.addCleanup(served.stop)
        served.wait_for("^serving port 80$")
        address = served.wait_for("^address ([^ ]+)")
        self.assertRegex(address.string, console)
        connection = http.client.HTTPConnection(address[1], timeout=20)
        connection.request("GET", "/healthz")
        self.assertEqual(connection.getresponse().read(), b"ok\n")
        connection.close()
        served.stop()
        return served.lines

    def serve_dhcp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        command, environment = peer.tool(
            "usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            f"--interface={peer.TAP}", "--bind-interfaces", "--pid-file=", "--no-ping", "--port=0", "--dhcp-authoritative",
            f"--dhcp-leasefile={directory.name}/leases", "--dhcp-range=10.9.9.50,10.9.9.59,2m")
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)

    def test_one_that_is_told_at_the_start(self):
        self.expect(OPTIONS.program, r"^address 10\.9\.9\.2 \(fixed\)$", ip="10.9.9.2/24")

    def test_one_that_is_built_in(self):
        self.expect(OPTIONS.with_address, r"^address 10\.9\.9\.3 \(fixed\)$")

    def test_what_is_told_goes_before_what_is_built_in(self):
        self.expect(OPTIONS.with_address, r"^address 10\.9\.9\.4 \(fixed\)$", ip="10.9.9.4/24")

    def test_one_by_dhcp(self):
        self.serve_dhcp()
        self.expect(OPTIONS.program, r"^address 10\.9\.9\.5\d \(by DHCP\)$")
        self.expect(OPTIONS.with_address, r"^address 10\.9\.9\.5\d \(by DHCP\)$", ip="dhcp")

    def test_what_is_no_address_is_said_and_dhcp_asked(self):
        self.serve_dhcp()
        lines = self.expect(OPTIONS.program, r"^address 10\.9\.9\.5\d \(by DHCP\)$", ip="10.9.9.300/24")
        self.assertTrue(any(re.search(r"^ip= is neither dhcp nor ADDRESS/PREFIX", line) for line in lines), lines)

    def test_one_of_its_own_where_nobody_gives_it_one(self):
        self.expect(OPTIONS.program, r"^address 169\.254\.\d+\.\d+ \(link-local: no DHCP server answers\)$")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("with_address")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
