"""The Raspberry Pi's own Ethernet: an image on QEMU's raspi3b drives a chip's model, and Linux is at the cable's end.

The arguments are the model's name, the program of models, and the command that starts QEMU without a USB device; with
--behind-hubs the chip is two hubs down, as on a 3 B+, at full speed as all behind QEMU's hubs, and is given less to do.
"""

import argparse
import hashlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from testing.linux_peer import peer
from testing.models.usbredir import device_model

LINUX = "10.9.9.9"
SECONDS = 100  # that a transfer may take on a busy machine
OPTIONS = argparse.Namespace(behind_hubs=False)


def total():
    """Bytes of a transfer."""
    return (1 if OPTIONS.behind_hubs else 16) << 20


def middle():
    """Frames after which something happens to a transfer."""
    return 300 if OPTIONS.behind_hubs else 3000


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ping(address, size, sequence):
    """An echo of `size` bytes of payload through Linux's stack; the payload that came back, and what was sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.settimeout(10)
        payload = os.urandom(size)
        head = struct.pack(">BBHHH", 8, 0, 0, 0x1234, sequence)
        head = struct.pack(">BBHHH", 8, 0, checksum(head + payload), 0x1234, sequence)
        raw.sendto(head + payload, (address, 0))
        while True:
            packet = raw.recv(70000)
            answer = packet[(packet[0] & 15) * 4:]
            if answer[0] == 0 and answer[4:8] == head[4:8]:
                return answer[8:], payload


class OwnEthernet(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        path = os.path.join(cls.directory.name, "chip.sock")
        command, environment = peer.tool(
            "usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            f"--interface={peer.TAP}", "--bind-interfaces", "--pid-file=", "--no-ping", "--port=0",
            f"--dhcp-leasefile={cls.directory.name}/leases", "--dhcp-range=10.9.9.50,10.9.9.59,2m",
            "--dhcp-authoritative")
        cls.server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        cls.chip = device_model.Chip(OPTIONS.program, OPTIONS.model, path, f"--tap={peer.TAP}",
                                     64 if OPTIONS.behind_hubs else 512)
        cls.chip.wait_for_line("listening")
        place = device_model.behind_two_hubs(path) if OPTIONS.behind_hubs else device_model.at_root_port(path)
        cls.machine = peer.Program(*OPTIONS.command, *place)
        cls.address = cls.machine.wait_for_line("address", 60).split()[1]
        cls.machine.wait_for_line("ready")

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop()
        cls.chip.stop()
        cls.server.kill()
        cls.server.wait()
        cls.directory.cleanup()

    def tearDown(self):
        self.assertEqual(self.chip.violations(), [])

    def when_moved(self, number, action):
        """Calls action, in a thread, once the chip has moved so many frames more. The thread."""
        def moved():
            counters = self.chip.counters()
            return counters["received"] + counters["transmitted"]

        begin = moved()

        def watch():
            while moved() < begin + number:
                time.sleep(0.02)
            action()

        thread = threading.Thread(target=watch)
        thread.start()
        return thread

    def replug(self):
        self.chip.unplug()
        time.sleep(0.3)
        self.chip.command("plug")

    def send(self):
        digest, chunk = hashlib.sha256(), os.urandom(1 << 20)
        begin = time.monotonic()
        with socket.create_connection((self.address, 9), 30) as stream:
            stream.settimeout(SECONDS)
            for number in range(total() >> 20):
                block = number.to_bytes(8, "big") + chunk[8:]
                digest.update(block)
                stream.sendall(block)
            stream.shutdown(socket.SHUT_WR)
            answer = stream.makefile().read()
        self.assertEqual(answer.split(), [str(total()), digest.hexdigest()])
        print(f"to the image: {total() / (time.monotonic() - begin) / 1e6:.1f} MB/s", file=sys.stderr)

    def receive(self):
        digest, left = hashlib.sha256(), total()
        begin = time.monotonic()
        with socket.create_connection((self.address, 19), 30) as stream:
            stream.settimeout(SECONDS)
            stream.sendall(b"%d\n" % total())
            while left > 0:
                block = stream.recv(min(left, 1 << 20))
                self.assertTrue(block, f"{left} bytes are missing")
                digest.update(block)
                left -= len(block)
            self.assertEqual(stream.makefile().read(), digest.hexdigest())
        print(f"from the image: {total() / (time.monotonic() - begin) / 1e6:.1f} MB/s", file=sys.stderr)

    def test_1_the_address_is_the_server_s(self):
        self.assertRegex(self.address, r"^10\.9\.9\.5[0-9]$")

    def test_2_pings_of_all_sizes_come_back(self):
        for sequence, size in enumerate([0, 1, 55, 56, 400, 462, 974, 1471, 1472, 1473, 8192, 30000]):
            answer, payload = ping(self.address, size, sequence)
            self.assertEqual(answer, payload, f"size {size}")

    def test_3_what_linux_sends_arrives_whole(self):
        before = self.chip.counters()
        self.send()
        after = self.chip.counters()
        print(f"counters: {after}", file=sys.stderr)
        self.assertGreater(after["longest_burst"], 1)
        self.assertEqual(after["overflowed"], before["overflowed"])

    def test_4_what_linux_receives_is_what_was_sent(self):
        self.receive()

    def test_5_unplugged_in_the_middle_of_what_linux_sends(self):
        thread = self.when_moved(middle(), self.replug)
        self.send()
        thread.join()

    def test_6_unplugged_in_the_middle_of_what_linux_receives(self):
        thread = self.when_moved(middle(), self.replug)
        self.receive()
        thread.join()

    def test_7_the_cable_is_pulled_and_comes_back(self):
        def pull():
            self.chip.command("cable out")
            time.sleep(0.5)
            self.chip.command("cable in")

        thread = self.when_moved(middle(), pull)
        self.send()
        thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--behind-hubs", action="store_true")
    parser.add_argument("model")
    parser.add_argument("program", type=os.path.abspath)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    OPTIONS = parser.parse_args()
    OPTIONS.command[0] = os.path.abspath(OPTIONS.command[0])
    peer.make_network(LINUX + "/24")
    unittest.main(argv=sys.argv[:1])
