"""A program of ours on a network of Linux's: addresses, routes and names by dnsmasq, both versions of IP."""

import argparse
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from testing.linux_peer import peer

LINUX = "10.9.9.9"
LINUX6 = "fd09:9:9::9"
OPTIONS = argparse.Namespace(image=None)
MANY = 120  # addresses of one name: more than a datagram holds, fewer than the resolver refuses


def until(condition, seconds, what):
    """Asks again and again, ten times a second."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s: {what}")


def passive_opens():
    """TCP connections that Linux, here, has accepted."""
    with open("/proc/net/snmp") as file:
        names, values = [line.split() for line in file if line.startswith("Tcp:")]
    return int(values[names.index("PassiveOpens")])


class NameAndAddressServer:
    """dnsmasq with leases that are renewed after seconds, and router advertisements. Its log is kept."""

    def __init__(self, directory, *options):
        hosts = os.path.join(directory, "hosts")
        with open(hosts, "w") as file:
            file.write(f"{LINUX} both.test\n{LINUX6} both.test\n{LINUX} four.test\n{LINUX6} six.test\n")
            file.writelines(f"10.8.0.{number + 1} many.test\n" for number in range(MANY))
        command, environment = peer.tool(
            "usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            f"--addn-hosts={hosts}", f"--interface={peer.TAP}", "--bind-interfaces", "--pid-file=", "--local=/test/",
            f"--dhcp-leasefile={directory}/leases", "--dhcp-range=10.9.9.50,10.9.9.59,2m", "--log-dhcp", "--no-ping",
            "--dhcp-option=option:T1,3", "--dhcp-option=option:T2,100", "--dhcp-authoritative",
            "--enable-ra", "--dhcp-range=fd09:9:9::,ra-only,64,10m", "--log-queries", *options)
        self.lines = []
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            print("dnsmasq:", line.rstrip(), file=sys.stderr, flush=True)
            self.lines.append(line)

    def count(self, pattern):
        return sum(re.search(pattern, line) is not None for line in self.lines)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


class Reports:
    """Which groups somebody on the other side says to be in, or no longer to be in, by IGMP and MLD."""

    JOINED, LEFT = 4, 3  # records of RFC 3376 4.2.12 and RFC 3810 5.2.12

    def __init__(self):
        self.records = set()
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0003))
        self._socket.bind((peer.TAP, 0))
        self._socket.settimeout(0.2)
        self._is_over = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._is_over:
            try:
                frame, (_, _, kind, *_) = self._socket.recvfrom(2000)
            except socket.timeout:
                continue
            if kind == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == b"\x08\x00" and frame[23] == 2:
                self._note(socket.AF_INET, 0x22, frame[14 + 4 * (frame[14] & 15):])
            if frame[12:14] == b"\x86\xdd" and frame[20] == 0 and frame[54] == 58:
                self._note(socket.AF_INET6, 143, frame[62:])

    def _note(self, family, kind, message):
        size = 4 if family == socket.AF_INET else 16
        place = 8
        for _ in range(struct.unpack(">H", message[6:8])[0] if message[0] == kind else 0):
            record, _, sources = struct.unpack(">BBH", message[place:place + 4])
            self.records.add((socket.inet_ntop(family, message[place + 4:place + 4 + size]), record))
            place += 4 + size + sources * size

    def stop(self):
        self._is_over = True
        self._thread.join()
        self._socket.close()


def solicited_node(address):
    return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] +
                            socket.inet_pton(socket.AF_INET6, address)[13:])


def command(address, text):
    """What the program answers to a command, in lines."""
    with socket.create_connection((address, 9001), 10) as stream:
        stream.settimeout(60)
        stream.sendall(text.encode() + b"\n")
        return stream.makefile().read().splitlines()


def checksum6(source, destination, message):
    data = source + destination + struct.pack(">II", len(message), 58) + message + b"\0" * (len(message) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ping6(address, size, sequence):
    """An echo of `size` bytes of payload; what came back, and what was sent."""
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as raw:
        raw.settimeout(10)
        payload = os.urandom(size)
        head = struct.pack(">BBHHH", 128, 0, 0, 0x1234, sequence)  # Linux sums it
        raw.sendto(head + payload, (address, 0))
        while True:
            message = raw.recv(70000)
            if message[0] == 129 and message[4:8] == head[4:8]:
                return message[8:], payload


class Configured(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.server = NameAndAddressServer(cls.directory.name)
        until(lambda: cls.server.count("router advertisement on"), 10, "dnsmasq is ready")
        cls.reports = Reports()
        cls.program = peer.Program(OPTIONS.image)
        cls.address = cls.program.wait_for_line("address").split()[1]
        cls.program.wait_for_line("ready")

        def global_address():
            return [each for each in command(cls.address, "addresses") if each.startswith("fd09:9:9:")]

        cls.address6 = until(lambda: len(global_address()) == 2 and global_address(), 20,
                             "addresses by a router's word")[0]

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()
        cls.reports.stop()
        cls.server.stop()
        cls.directory.cleanup()

    def test_the_address_is_the_server_s(self):
        self.assertRegex(self.address, r"^10\.9\.9\.5[0-9]$")
        self.assertGreaterEqual(self.server.count(f"DHCPACK.* {self.address} "), 1)

    def test_the_lease_is_renewed_by_unicast_and_the_address_stays(self):
        before, asked = self.server.count(f"DHCPACK.* {self.address} "), self.server.count("DHCPDISCOVER")
        until(lambda: self.server.count(f"DHCPACK.* {self.address} ") >= before + 2, 20, "two renewals")
        self.assertEqual(command(self.address, "addresses")[0], self.address)
        self.assertEqual(self.server.count("DHCPDISCOVER"), asked)  # more than one where the server was slow

    def test_it_has_a_link_local_address_and_of_the_router_s_prefix_one_that_stays_and_one_that_does_not(self):
        addresses = command(self.address, "addresses")[1:]
        self.assertEqual(sorted(each.split(":")[0] for each in addresses), ["fd09", "fd09", "fe80"])

    def test_it_calls_from_the_address_that_does_not_stay(self):
        temporary = [each for each in command(self.address, "addresses") if each.startswith("fd09:")][1]
        with socket.create_server((LINUX6, 0), family=socket.AF_INET6) as server:
            server.settimeout(20)
            seen = []

            def answer():
                stream, end = server.accept()
                seen.append(end[0])
                stream.close()

            thread = threading.Thread(target=answer)
            thread.start()
            command(self.address, f"visit six.test {server.getsockname()[1]}")
            thread.join()
        self.assertEqual(seen, [temporary])

    def test_switches_hear_of_the_groups_that_neighbour_discovery_needs(self):
        for each in command(self.address, "addresses")[1:]:
            self.assertIn((solicited_node(each), Reports.JOINED), self.reports.records)

    def test_a_member_of_a_group_hears_what_is_sent_to_it_and_routers_hear_of_the_member(self):
        for group, family in [("239.7.7.7", socket.AF_INET), ("ff05::7:7", socket.AF_INET6)]:
            with socket.create_connection((self.address, 9001), 10) as stream, \
                    socket.socket(family, socket.SOCK_DGRAM) as udp:
                stream.settimeout(20)
                answers = stream.makefile()
                stream.sendall(f"join {group} 7070\n".encode())
                self.assertEqual(answers.readline(), "joined\n")
                until(lambda group=group: (group, Reports.JOINED) in self.reports.records, 10, f"a report of {group}")
                if family == socket.AF_INET:
                    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(LINUX))
                else:
                    udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(peer.TAP))
                udp.sendto(b"all of you", (group, 7070))
                self.assertEqual(answers.readline(), f"all of you to {group}\n")
            until(lambda group=group: (group, Reports.LEFT) in self.reports.records, 10, f"an end of {group}")

    def test_getaddrinfo_knows_the_server_s_names(self):
        self.assertEqual(command(self.address, "lookup four.test"), [LINUX])
        self.assertEqual(command(self.address, "lookup six.test"), [LINUX6])
        self.assertEqual(sorted(command(self.address, "lookup both.test")), [LINUX, LINUX6])
        self.assertEqual(command(self.address, "lookup nobody.test"), ["Name does not resolve"])

    def test_an_answer_that_does_not_fit_a_datagram_comes_over_tcp(self):
        before = passive_opens()
        addresses = command(self.address, "lookup many.test")
        self.assertGreater(passive_opens(), before)
        self.assertGreaterEqual(len(addresses), 4)
        for each in addresses:
            self.assertRegex(each, r"^10\.8\.0\.\d+$")

    def test_it_connects_to_a_name_by_either_version(self):
        payload = os.urandom(100000)
        for name, family, address in [("four.test", socket.AF_INET, LINUX), ("six.test", socket.AF_INET6, LINUX6)]:
            with socket.create_server((address, 0), family=family) as server:
                server.settimeout(20)

                def send():
                    stream, _ = server.accept()
                    with stream:
                        stream.sendall(payload)

                sender = threading.Thread(target=send)
                sender.start()
                answer = command(self.address, f"visit {name} {server.getsockname()[1]}")
                sender.join()
            self.assertEqual(answer, [f"{address} {len(payload)}"])

    def test_pings_of_all_sizes_come_back_by_ipv6(self):
        for sequence, size in enumerate([0, 1, 55, 1452, 1453, 2900, 8192, 30000, 65506, 65507, 65527]):
            answer, payload = ping6(self.address6, size, sequence)
            self.assertEqual(answer, payload, f"size {size}")

    def test_datagrams_of_all_sizes_come_back_by_ipv6(self):
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.settimeout(10)
            for size in [0, 1, 1452, 1453, 20000, 65507]:
                payload = os.urandom(size)
                udp.sendto(payload, (self.address6, 7))
                self.assertEqual(udp.recv(70000), payload, f"size {size}")

    def test_linux_reports_a_port_where_nobody_is_by_ipv6(self):
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
            udp.connect((self.address6, 4321))
            udp.settimeout(10)
            udp.send(b"anybody?")
            self.assertRaises(ConnectionRefusedError, udp.recv, 100)
        self.assertRaises(ConnectionRefusedError, socket.create_connection, (self.address6, 4321), 10)

    def test_nc_gets_its_text_back_by_ipv6(self):
        text = os.urandom(300000)
        self.assertEqual(peer.run_tool("bin/nc.openbsd", "-6", "-N", self.address6, "7", input=text), text)

    def test_curl_reads_pages_by_ipv6(self):
        urls = [f"http://[{self.address6}]/{number}" for number in range(5)]
        output = peer.run_tool("usr/bin/curl", "-6", "--globoff", "--silent", "--show-error", *urls)
        self.assertEqual(output, b"hello Linux\n" * 5)


class Alone(unittest.TestCase):

    def test_without_a_server_it_gives_itself_an_address_that_answers(self):
        peer.add_ipv4(1, "169.254.200.200/16")
        with peer.running(OPTIONS.image) as program:
            address = program.wait_for_line("address").split()[1]
            self.assertTrue(address.startswith("169.254."), address)
            program.wait_for_line("ready")
            self.assertEqual(command(address, "addresses")[0], address)


class RoutersServers(unittest.TestCase):

    def test_where_dhcp_names_no_server_the_one_of_the_router_is_asked(self):
        with tempfile.TemporaryDirectory() as directory:
            server = NameAndAddressServer(directory, "--dhcp-option=6", f"--dhcp-option=option6:dns-server,[{LINUX6}]")
            self.addCleanup(server.stop)
            with peer.running(OPTIONS.image) as program:
                address = program.wait_for_line("address").split()[1]
                program.wait_for_line("ready")
                until(lambda: command(address, "lookup four.test") == [LINUX], 30, "a name by the router's server")


class Rival:
    """Says, of the first address of our prefix that anybody wants to take, that it is its own."""

    def __init__(self):
        self.taken = None
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x86DD))
        self._socket.bind((peer.TAP, 0))
        self._socket.settimeout(0.2)
        self._is_over = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._is_over:
            try:
                frame = self._socket.recv(2000)
            except socket.timeout:
                continue
            source, target = frame[22:38], frame[62:78]
            is_question = frame[20] == 58 and frame[54] == 135 and source == bytes(16)
            if is_question and target[:2] == b"\xfd\x09" and self.taken in (None, target):
                self.taken = target
                self._claim(target)

    def _claim(self, address):
        mac = b"\x02\x00\x00\x00\x77\x77"
        everybody = socket.inet_pton(socket.AF_INET6, "ff02::1")
        head = struct.pack(">BBHI", 136, 0, 0, 0x20000000) + address + b"\x02\x01" + mac
        message = head[:2] + struct.pack(">H", checksum6(address, everybody, head)) + head[4:]
        packet = struct.pack(">IHBB", 0x60000000, len(message), 58, 255) + address + everybody + message
        self._socket.send(b"\x33\x33\0\0\0\x01" + mac + b"\x86\xdd" + packet)

    def stop(self):
        self._is_over = True
        self._thread.join()
        self._socket.close()


class Duplicate(unittest.TestCase):

    def test_an_address_that_another_has_is_left_to_it(self):
        rival = Rival()
        self.addCleanup(rival.stop)
        with tempfile.TemporaryDirectory() as directory:
            server = NameAndAddressServer(directory)
            self.addCleanup(server.stop)
            with peer.running(OPTIONS.image) as program:
                address = program.wait_for_line("address").split()[1]
                program.wait_for_line("ready")

                def global_addresses():
                    return [each for each in command(address, "addresses") if each.startswith("fd09:9:9:")]

                addresses = until(global_addresses, 30, "another address of the prefix")
                self.assertIsNotNone(rival.taken)
                self.assertNotIn(socket.inet_ntop(socket.AF_INET6, rival.taken), addresses)
                answer, payload = ping6(addresses[0], 1000, 1)
                self.assertEqual(answer, payload)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    OPTIONS, rest = parser.parse_known_args()
    OPTIONS.image = os.path.abspath(OPTIONS.image)
    peer.make_network(LINUX + "/24", LINUX6 + "/64")
    unittest.main(argv=[sys.argv[0], *rest])
