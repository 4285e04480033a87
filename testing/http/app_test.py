"""//apps/http as its users meet it: started by `bazel run :BOARD.qemu`, or on a tap, and visited by python's client."""

import argparse
import http.client
import sys
import unittest

from testing.http import machine

OURS = "10.9.9.2"
LINUX = "10.9.9.9/24"
OPTIONS = argparse.Namespace(program=None, tap=False)


def start():
    """The machine, and where it is reached."""
    if OPTIONS.tap:
        from testing.linux_peer import peer
        peer.make_network(LINUX)
        served = machine.Machine([OPTIONS.program], {"ENKEL_TAP": peer.TAP, "ip": f"{OURS}/24"})
        return served, (OURS, 80)
    served = machine.Machine([OPTIONS.program])
    address, port = served.wait_for(r"^http://([0-9.]+):(\d+)/ is port 80 of the machine$").groups()
    return served, (address, int(port))


class App(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.machine, cls.place = start()
        cls.machine.wait_for("^serving port 80$")

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop()

    def connect(self):
        return http.client.HTTPConnection(*self.place, timeout=20)

    def get(self, path, **fields):
        connection = self.connect()
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in fields.items()})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def test_the_console_says_which_address_it_has_and_why(self):
        if OPTIONS.tap:
            self.machine.wait_for(rf"^address {OURS} \(fixed\)$")
        else:
            self.machine.wait_for(r"^address 10\.0\.2\.15 \(by DHCP\)$")

    def test_hello_has_612_bytes(self):
        response, body = self.get("/hello")
        self.assertEqual((response.status, len(body)), (200, 612))
        self.assertTrue(body.startswith(b"Hello from Enkel"))
        self.assertRegex(response.getheader("date"), r"^\w{3}, \d\d \w{3} 20\d\d \d\d:\d\d:\d\d GMT$")

    def test_it_says_that_it_is_well(self):
        self.assertEqual(self.get("/healthz")[1], b"ok\n")

    def test_a_connection_serves_many_requests(self):
        connection = self.connect()
        for _ in range(50):
            connection.request("GET", "/hello")
            response = connection.getresponse()
            self.assertEqual((response.status, len(response.read())), (200, 612))
        connection.close()

    def test_what_is_not_there_is_not_found(self):
        self.assertEqual(self.get("/nothing")[0].status, 404)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--tap", action="store_true")
    parser.add_argument("program")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
