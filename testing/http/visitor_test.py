"""net/http/client visits python's http.server, found by name through dnsmasq and by its address."""

import argparse
import hashlib
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import unittest

from testing.http import machine
from testing.linux_peer import peer

OURS = "10.9.9.2"
LINUX = "10.9.9.9"
PORT = 8080
SMALL = b"a small file\n"
LARGE = bytes(range(256)) * 40_000
OPTIONS = argparse.Namespace(program=None)


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files, and what files cannot say."""

    protocol_version = "HTTP/1.1"
    hosts = set()

    def do_GET(self):
        Handler.hosts.add(self.headers["Host"])
        if self.path == "/chunked":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, 100_000, 9_999):
                piece = LARGE[at:min(at + 9_999, 100_000)]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        elif self.path == "/wish":
            self._answer(self.headers["X-Wish"].encode())
        elif self.path == "/old":
            self.wfile.write(b"HTTP/1.0 200 OK\r\n\r\nuntil the end")
            self.close_connection = True
        else:
            super().do_GET()

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(body)

    def _answer(self, body):
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def line_of(word, status, body, kind=""):
    return f"{word} {status} {len(body)} {hashlib.sha256(body).hexdigest()} {kind}"


def is_asked_for_names():
    """Whether dnsmasq has opened its port: before that, Linux says that nobody is there."""
    with open("/proc/net/udp", encoding="ascii") as file:
        return any(line.split()[1].endswith(":0035") for line in file)


class Visits(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        peer.make_network(f"{LINUX}/24")
        cls.directory = tempfile.TemporaryDirectory()
        for name, data in {"small.txt": SMALL, "large.bin": LARGE}.items():
            with open(os.path.join(cls.directory.name, name), "wb") as file:
                file.write(data)
        handler = lambda *arguments: Handler(*arguments, directory=cls.directory.name)
        cls.server = http.server.ThreadingHTTPServer((LINUX, PORT), handler)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        command, environment = peer.tool(
            "usr/sbin/dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root",
            f"--interface={peer.TAP}", "--bind-interfaces", "--pid-file=", "--local=/test/", f"--address=/server.test/{LINUX}")
        cls.names = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
        machine.until(is_asked_for_names, 30, "a server of names")

    @classmethod
    def tearDownClass(cls):
        cls.names.kill()
        cls.names.wait()
        cls.server.shutdown()
        cls.server.server_close()
        cls.directory.cleanup()

    def visit(self, name):
        visitor = machine.Machine([OPTIONS.program, name, str(PORT)],
                                  {"ENKEL_TAP": peer.TAP, "ip": f"{OURS}/24", "dns": LINUX})
        self.addCleanup(visitor.stop)
        visitor.wait_for(r"^\[enkel\] exit 0$")
        return visitor.lines

    def test_all_kinds_of_answers_come_whole(self):
        for name in ["server.test", LINUX]:
            lines = self.visit(name)
            for line in [
                    line_of("small", 200, SMALL, "text/plain"), line_of("large", 200, LARGE, "application/octet-stream"),
                    line_of("head", 200, b"", "application/octet-stream"), line_of("chunked", 200, LARGE[:100_000]),
                    line_of("wish", 200, b"fish"), line_of("echo", 200, b"abc"),
                    line_of("pieces", 200, b"".join(bytes([ord("a") + i % 26]) * 1000 for i in range(100))),
                    line_of("old", 200, b"until the end")]:
                self.assertIn(line, lines)
            self.assertTrue(any(line.startswith("missing 404 ") for line in lines), lines)
            # python's server closes with an error page, and nothing else.
            self.assertIn("2 connections, 9 requests", lines)
            self.assertIn(f"{name}:{PORT}", Handler.hosts)

    def test_a_name_that_nobody_has_is_said(self):
        self.assertIn("small: not found", self.visit("nobody.test"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
