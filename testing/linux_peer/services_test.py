"""Linux's own programs visit ours, and ours visit Linux: ping, nc, curl, iperf3, transfers checked by hash."""

import argparse
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import time
import unittest

from testing.linux_peer import peer

OURS = "10.9.9.2"
LINUX = "10.9.9.9"
OPTIONS = argparse.Namespace(image=None, mebibytes=64)


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ping(size, sequence):
    """An echo of `size` bytes of payload through Linux's stack; the payload that came back."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as raw:
        raw.settimeout(10)
        payload = os.urandom(size)
        head = struct.pack(">BBHHH", 8, 0, 0, 0x1234, sequence)
        head = struct.pack(">BBHHH", 8, 0, checksum(head + payload), 0x1234, sequence)
        raw.sendto(head + payload, (OURS, 0))
        while True:
            packet = raw.recv(70000)
            answer = packet[(packet[0] & 15) * 4:]
            if answer[0] == 0 and answer[4:8] == head[4:8]:
                return answer[8:], payload


def is_listening(port):
    """Whether a program of Linux's waits for connections there."""
    for table in ("tcp", "tcp6"):
        with open(f"/proc/net/{table}") as file:
            for words in (line.split() for line in file):
                if words[1].endswith(f":{port:04X}") and words[3] == "0A":
                    return True
    return False


class Services(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.program = peer.Program(OPTIONS.image, OURS)
        cls.program.wait_for_line("ready")

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()

    def test_pings_of_all_sizes_come_back(self):
        # 65,507 is the largest: an IP packet of 65,535 bytes, in 45 fragments.
        for sequence, size in enumerate([0, 1, 55, 56, 1471, 1472, 1473, 2960, 8192, 30000, 65506, 65507]):
            answer, payload = ping(size, sequence)
            self.assertEqual(answer, payload, f"size {size}")

    def test_datagrams_of_all_sizes_come_back(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.settimeout(10)
            for size in [0, 1, 1472, 1473, 20000, 65507]:
                payload = os.urandom(size)
                udp.sendto(payload, (OURS, 7))
                self.assertEqual(udp.recv(70000), payload, f"size {size}")

    def test_linux_reports_a_port_where_nobody_is(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.connect((OURS, 4321))
            udp.settimeout(10)
            udp.send(b"anybody?")
            self.assertRaises(ConnectionRefusedError, udp.recv, 100)
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((OURS, 4321), 10)

    def test_nc_gets_its_text_back(self):
        text = os.urandom(300000)
        self.assertEqual(peer.run_tool("bin/nc.openbsd", "-N", OURS, "7", input=text), text)

    def test_curl_reads_a_page_again_and_again_on_one_connection(self):
        urls = [f"http://{OURS}/{number}" for number in range(20)]
        output = peer.run_tool("usr/bin/curl", "--silent", "--show-error", "--write-out", "%{num_connects}\n", *urls)
        self.assertEqual(output.count(b"hello Linux\n"), 20)
        self.assertEqual(output.replace(b"hello Linux\n", b"").split(), [b"1"] + [b"0"] * 19)

    def test_iperf3_measures_both_directions(self):
        for extra in [[], ["--reverse"], ["--parallel", "4"], ["--parallel", "3", "--reverse"]]:
            output = peer.run_tool("usr/bin/iperf3", "--client", OURS, "--time", "1", "--json", *extra)
            report = json.loads(output)
            received = report["end"]["sum_received"]["bytes"]
            print(f"iperf3 {' '.join(extra)}: {report['end']['sum_received']['bits_per_second'] / 1e9:.2f} Gbit/s",
                  file=sys.stderr)
            self.assertGreater(received, 10_000_000, extra)

    def test_what_linux_sends_arrives_whole(self):
        total = OPTIONS.mebibytes << 20
        digest, chunk = hashlib.sha256(), os.urandom(1 << 20)
        begin = time.monotonic()
        with socket.create_connection((OURS, 9), 10) as stream:
            stream.settimeout(60)
            for number in range(OPTIONS.mebibytes):
                block = number.to_bytes(8, "big") + chunk[8:]
                digest.update(block)
                stream.sendall(block)
            stream.shutdown(socket.SHUT_WR)
            answer = stream.makefile().read()
        self.assertEqual(answer.split(), [str(total), digest.hexdigest()])
        print(f"to the image: {total / (time.monotonic() - begin) / 1e6:.0f} MB/s", file=sys.stderr)

    def test_what_linux_receives_is_what_was_sent(self):
        total = OPTIONS.mebibytes << 20
        digest, left = hashlib.sha256(), total
        begin = time.monotonic()
        with socket.create_connection((OURS, 19), 10) as stream:
            stream.settimeout(60)
            stream.sendall(b"%d\n" % total)
            while left > 0:
                block = stream.recv(min(left, 1 << 20))
                self.assertTrue(block, f"{left} bytes are missing")
                digest.update(block)
                left -= len(block)
            self.assertEqual(stream.makefile().read(), digest.hexdigest())
        print(f"from the image: {total / (time.monotonic() - begin) / 1e6:.0f} MB/s", file=sys.stderr)

    def test_half_closed_both_ways(self):
        with socket.create_connection((OURS, 7), 10) as stream:
            stream.settimeout(10)
            stream.sendall(b"last words")
            stream.shutdown(socket.SHUT_WR)
            self.assertEqual(stream.makefile().read(), "last words")

    def test_a_reset_of_linux_frees_the_connection(self):
        for _ in range(50):
            stream = socket.create_connection((OURS, 7), 10)
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            stream.sendall(b"x" * 1000)
            stream.close()
        with socket.create_connection((OURS, 7), 10) as stream:
            stream.sendall(b"still there")
            self.assertEqual(stream.recv(100), b"still there")


class Visits(unittest.TestCase):
    """Our program connects; Linux listens."""

    def listen(self):
        server = socket.socket()
        server.bind((LINUX, 0))
        server.listen()
        server.settimeout(20)
        self.addCleanup(server.close)
        return server, str(server.getsockname()[1])

    def test_what_we_send_arrives_whole(self):
        server, port = self.listen()
        total = OPTIONS.mebibytes << 19
        with peer.running(OPTIONS.image, OURS, "send", LINUX, port, str(total)) as program:
            stream, _ = server.accept()
            stream.settimeout(60)
            digest, size = hashlib.sha256(), 0
            with stream:
                while block := stream.recv(1 << 20):
                    digest.update(block)
                    size += len(block)
            line = program.wait_for_line("sent", 60)
        self.assertEqual(size, total)
        self.assertEqual(line.split(), ["sent", str(total), digest.hexdigest()])

    def test_what_we_receive_is_what_linux_sent(self):
        server, port = self.listen()
        payload = os.urandom(8 << 20)
        with peer.running(OPTIONS.image, OURS, "receive", LINUX, port) as program:
            stream, _ = server.accept()
            with stream:
                stream.sendall(payload)
            line = program.wait_for_line("received", 60)
        self.assertEqual(line.split(), ["received", str(len(payload)), hashlib.sha256(payload).hexdigest()])

    def test_nc_of_linux_hears_us(self):
        command, environment = peer.tool("bin/nc.openbsd", "-l", LINUX, "9000")
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as listener:
            self.wait_for_listener(9000)
            with peer.running(OPTIONS.image, OURS, "send", LINUX, "9000", "100000") as program:
                output = listener.stdout.read()
                line = program.wait_for_line("sent", 30)
        self.assertEqual(line.split(), ["sent", "100000", hashlib.sha256(output).hexdigest()])

    def test_iperf3_of_linux_measures_us_as_its_client(self):
        command, environment = peer.tool("usr/bin/iperf3", "--server", "--one-off", "--json", "--forceflush")
        for streams, extra in [("1", []), ("1", ["reverse"]), ("3", []), ("3", ["reverse"])]:
            with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as server:
                self.wait_for_listener(5201)
                with peer.running(OPTIONS.image, OURS, "iperf", LINUX, "1", streams, *extra) as program:
                    ours = int(program.wait_for_line("iperf", 30).split()[1])
                report = json.loads(server.stdout.read())
            self.assertNotIn("error", report)
            theirs = report["end"]["sum_sent" if extra else "sum_received"]
            # What was on the way when the time was up counts for its sender only.
            sent, received = (theirs["bytes"], ours) if extra else (ours, theirs["bytes"])
            self.assertGreaterEqual(sent, received)
            self.assertGreater(received, 10_000_000)
            print(f"iperf3, ours as client, {streams} {extra}: {received * 8 / 1e9:.2f} Gbit/s", file=sys.stderr)

    def wait_for_listener(self, port):
        end = time.monotonic() + 20
        while not is_listening(port):
            self.assertLess(time.monotonic(), end, "nobody listens")
            time.sleep(0.05)

    def test_a_port_where_nobody_listens_refuses(self):
        with peer.running(OPTIONS.image, OURS, "receive", LINUX, "4321") as program:
            self.assertEqual(program.wait_for_line("connect"), "connect: error 9")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("--mebibytes", type=int, default=64)
    OPTIONS, rest = parser.parse_known_args()
    OPTIONS.image = os.path.abspath(OPTIONS.image)
    peer.make_network(LINUX + "/24")
    unittest.main(argv=[sys.argv[0], *rest])
