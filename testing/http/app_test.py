"""//apps/http as its users meet it, visited by python's client: started by `bazel run :BOARD.qemu`, with an address from QEMU's
DHCP server or by the command line; on the linux board with a tap; as a microvm; on a Raspberry Pi whose LAN7800 is a model."""

import argparse
import gzip
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

from testing.http import machine

OURS = "10.9.9.2"
LINUX = "10.9.9.9/24"
OPTIONS = argparse.Namespace(program=None, place="qemu", emulator=None, device_model=None)


class Script:
    """As `bazel run` starts it: QEMU's own network, and a port of this machine's."""

    console = r"^address 10\.0\.2\.15 \(by DHCP\)$"
    words = []

    def __init__(self):
        self.machine = machine.Machine([OPTIONS.program, *self.words])
        address, port = self.machine.wait_for(r"^http://([0-9.]+):(\d+)/ is port 80 of the machine$").groups()
        self.place = (address, int(port))

    def stop(self):
        self.machine.stop()


class FixedScript(Script):
    """The same, with an address by the kernel's command line."""

    console = r"^address 10\.0\.2\.15 \(fixed\)$"
    words = ["-append", "ip=10.0.2.15/24,10.0.2.2"]


class Tap:
    """The linux board."""

    console = rf"^address {re.escape(OURS)} \(fixed\)$"

    def __init__(self):
        from testing.linux_peer import peer
        peer.make_network(LINUX)
        self.machine = machine.Machine([OPTIONS.program], {"ENKEL_TAP": peer.TAP, "ip": f"{OURS}/24"})
        self.place = (OURS, 80)

    def stop(self):
        self.machine.stop()


class Microvm:
    """The pc board on QEMU's smallest machine: no firmware, no PCI, virtio in memory."""

    console = Script.console

    def __init__(self):
        port = machine.free_port()
        self.machine = machine.Machine([
            OPTIONS.emulator, "-accel", "tcg", "-M", "microvm", "-global", "virtio-mmio.force-legacy=false", "-cpu", "max",
            "-m", "64", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio",
            "-kernel", OPTIONS.program,
            "-netdev", f"user,id=net,hostfwd=tcp:127.0.0.1:{port}-:80", "-device", "virtio-net-device,netdev=net"])
        self.place = ("127.0.0.1", port)

    def stop(self):
        self.machine.stop()


class Lan7800:
    """A Raspberry Pi 3 B+: its own Ethernet is a model (//testing/models), and Linux with a DHCP server is at the cable's end."""

    console = r"^address 10\.9\.9\.5\d \(by DHCP\)$"

    def __init__(self):
        from testing.linux_peer import peer
        from testing.models.usbredir import device_model
        peer.make_network(LINUX)
        self._directory = tempfile.TemporaryDirectory()
        command, environment = peer.tool(
            "usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            f"--interface={peer.TAP}", "--bind-interfaces", "--pid-file=", "--no-ping", "--port=0", "--dhcp-authoritative",
            f"--dhcp-leasefile={self._directory.name}/leases", "--dhcp-range=10.9.9.50,10.9.9.59,2m")
        self._server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        path = os.path.join(self._directory.name, "chip.sock")
        self._chip = device_model.Chip(OPTIONS.device_model, "lan7800", path, f"--tap={peer.TAP}")
        self._chip.wait_for_line("listening")
        self.machine = machine.Machine([
            OPTIONS.emulator, "-accel", "tcg,thread=single", "-M", "raspi3b", "-display", "none", "-monitor", "none",
            "-no-reboot", "-serial", "stdio", "-kernel", OPTIONS.program, *device_model.at_root_port(path)])
        self.place = (self.machine.wait_for("^address ([0-9.]+)")[1], 80)

    def stop(self):
        violations = self._chip.violations()
        self.machine.stop()
        self._chip.stop()
        self._server.kill()
        self._server.wait()
        self._directory.cleanup()
        if violations:
            raise AssertionError(f"the chip was not driven by its book: {violations}")


PLACES = {"qemu": Script, "fixed": FixedScript, "tap": Tap, "microvm": Microvm, "lan7800": Lan7800}


class App(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.start = PLACES[OPTIONS.place]()
        cls.addClassCleanup(cls.start.stop)
        cls.machine, cls.place = cls.start.machine, cls.start.place
        cls.machine.wait_for("^serving port 80$")

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
        self.machine.wait_for(self.start.console)

    def test_hello_has_612_bytes(self):
        response, body = self.get("/hello")
        self.assertEqual((response.status, len(body)), (200, 612))
        self.assertTrue(body.startswith(b"Hello from Enkel"))
        if "rpi3" in OPTIONS.program:
            self.assertIsNone(response.getheader("date"))  # a board without a clock says no date
        else:
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

    def test_the_page_and_its_parts_are_there(self):
        types = {"/": "text/html; charset=utf-8", "/style.css": "text/css; charset=utf-8",
                 "/live.js": "text/javascript; charset=utf-8", "/icon.svg": "image/svg+xml"}
        for path, kind in types.items():
            response, body = self.get(path)
            self.assertEqual((response.status, response.getheader("content-type")), (200, kind), path)
            compressed, coded = self.get(path, accept_encoding="gzip")
            if compressed.getheader("content-encoding") == "gzip":
                self.assertEqual(gzip.decompress(coded), body, path)
                self.assertNotEqual(compressed.getheader("etag"), response.getheader("etag"))
            again, nothing = self.get(path, if_none_match=response.getheader("etag"))
            self.assertEqual((again.status, nothing), (304, b""), path)
            again, nothing = self.get(path, if_modified_since=response.getheader("last-modified"))
            self.assertEqual((again.status, nothing), (304, b""), path)
        self.assertEqual(self.get("/", accept_encoding="gzip")[0].getheader("content-encoding"), "gzip")

    def test_a_part_of_a_file_is_given(self):
        whole = self.get("/live.js")[1]
        part, body = self.get("/live.js", range="bytes=100-199")
        self.assertEqual((part.status, body), (206, whole[100:200]))
        self.assertEqual(part.getheader("content-range"), f"bytes 100-199/{len(whole)}")
        self.assertEqual(self.get("/live.js", range="bytes=-10")[1], whole[-10:])
        self.assertEqual(self.get("/live.js", range="bytes=999999-")[0].status, 416)

    def test_events_tell_the_machines_numbers_each_second(self):
        connection = self.connect()
        connection.request("GET", "/events")
        response = connection.getresponse()
        self.assertEqual(response.getheader("content-type"), "text/event-stream")
        events = []
        while len(events) < 3:
            line = response.readline()
            self.assertTrue(line)
            if line.startswith(b"data: "):
                events.append(json.loads(line[6:]))
        connection.close()
        for name in ["http_requests_total", "memory_free_bytes", "net_received_packets_total", "event_idle_nanoseconds_total"]:
            self.assertGreater(events[0][name], 0, name)
        self.assertGreaterEqual(events[2]["uptime_nanoseconds"] - events[0]["uptime_nanoseconds"], 1_900_000_000)

    def test_metrics_are_what_prometheus_reads(self):
        response, body = self.get("/metrics")
        self.assertTrue(response.getheader("content-type").startswith("application/openmetrics-text; version=1.0.0"))
        text = body.decode()
        self.assertTrue(text.endswith("\n# EOF\n"))
        for line in text.splitlines()[:-1]:
            self.assertRegex(line, r'^# (TYPE|UNIT|HELP) [a-z][a-z0-9_]* .+$|^[a-z][a-z0-9_]*(\{[a-z]+="[^"]*"\})? -?\d+$')
        self.assertRegex(text, r"(?m)^# TYPE http_requests counter$")
        self.assertRegex(text, r"(?m)^http_requests_total [1-9]\d*$")

    def test_what_is_not_there_is_not_found(self):
        self.assertEqual(self.get("/nothing")[0].status, 404)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--place", choices=PLACES, default="qemu")
    parser.add_argument("--emulator")
    parser.add_argument("--device_model")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
