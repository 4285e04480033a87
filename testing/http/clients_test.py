"""Real clients of net/http: curl in all its ways, python's http.client, and sockets that misbehave."""

import argparse
import hashlib
import http.client
import os
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

from testing.http import machine
from testing.linux_peer import peer

OURS = "10.9.9.2"
LINUX = "10.9.9.9/24"
MEBIBYTE = 1 << 20
OPTIONS = argparse.Namespace(program=None)


def generated(size):
    """The bytes of /generated/SIZE."""
    state, pieces = 88172645463325252, []
    for _ in range(size // 8):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        pieces.append(state)
    return struct.pack(f"<{len(pieces)}Q", *pieces)


def curl(*arguments, **kwargs):
    return peer.run_tool("usr/bin/curl", "--silent", "--show-error", "--max-time", "60", *arguments, **kwargs)


def url(path):
    return f"http://{OURS}{path}"


def exchange(data, seconds=20):
    """Everything that comes back for these bytes, until the other end closes."""
    with socket.create_connection((OURS, 80), seconds) as stream:
        stream.sendall(data)
        answer = b""
        while piece := stream.recv(65536):
            answer += piece
        return answer


class Clients(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        peer.make_network(LINUX)
        cls.machine = machine.Machine([OPTIONS.program], {"ENKEL_TAP": peer.TAP, "ip": f"{OURS}/24"})
        cls.machine.wait_for("^serving port 80$")

    @classmethod
    def tearDownClass(cls):
        cls.machine.stop()

    def test_curl_speaks_both_versions(self):
        self.assertEqual(curl(url("/hello")), b"hello\n")
        self.assertEqual(curl("--http1.0", url("/hello")), b"hello\n")
        self.assertIn(b"HTTP/1.1 200 OK\r\n", curl("--head", url("/hello")))

    def test_curl_uses_a_connection_again(self):
        output = curl("--write-out", "%{num_connects} ", url("/hello"), url("/hello"), url("/hello"))
        self.assertEqual(output, b"hello\n1 hello\n0 hello\n0 ")

    def test_16_mebibytes_go_up_whole_in_either_framing(self):
        data = generated(16 * MEBIBYTE)
        expected = hashlib.sha256(data).hexdigest().encode()
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            # curl asks first (Expect: 100-continue), as it does for all that is large.
            self.assertEqual(curl("--upload-file", file.name, url("/hash")), expected)
            self.assertEqual(curl("--header", "Transfer-Encoding: chunked", "--upload-file", file.name, url("/hash")), expected)
            self.assertEqual(curl("--header", "Expect:", "--data-binary", f"@{file.name}", url("/hash")), expected)

    def test_16_mebibytes_come_down_whole_in_either_framing(self):
        expected = hashlib.sha256(generated(16 * MEBIBYTE)).hexdigest()
        for arguments in [[], ["--http1.0"], ["--limit-rate", "20M"]]:
            for query in ["", "?chunked"]:
                body = curl(*arguments, url(f"/generated/{16 * MEBIBYTE}{query}"))
                self.assertEqual(hashlib.sha256(body).hexdigest(), expected, (arguments, query))

    def test_a_body_that_is_too_large_is_refused_before_it_is_sent(self):
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(80 * MEBIBYTE)
            status = curl("--upload-file", file.name, "--write-out", "%{http_code} %{size_upload}", "--output", os.devnull,
                          url("/hash"))
        self.assertEqual(status, b"413 0")

    def test_pythons_client_sends_pieces(self):
        connection = http.client.HTTPConnection(OURS, timeout=20)
        for _ in range(3):
            connection.request("POST", "/hash", body=iter([b"abc", b"d" * 10000, b"e"]), encode_chunked=True,
                               headers={"Transfer-Encoding": "chunked"})
            response = connection.getresponse()
            expected = hashlib.sha256(b"abc" + b"d" * 10000 + b"e").hexdigest().encode()
            self.assertEqual((response.status, response.read()), (200, expected))
        connection.close()

    def test_requests_in_a_row_are_answered_in_a_row(self):
        last = b"GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        answer = exchange(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n" * 1000 + last)
        self.assertEqual(answer.count(b"HTTP/1.1 200 OK\r\n"), 1001)

    def test_a_smuggled_request_is_refused_with_the_one_that_carries_it(self):
        inner = b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
        for fields in [b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 4\r\nContent-Length: 5\r\n",
                       b"Transfer-Encoding: chunked\r\n\tx\r\n", b"Transfer-Encoding: chunked\nX: y\r\n"]:
            answer = exchange(b"POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n0\r\n\r\n" + inner)
            self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), (fields, answer))
            self.assertEqual(answer.count(b"HTTP/1.1"), 1, (fields, answer))

    def test_a_crowd_that_says_nothing_keeps_nobody_out(self):
        # More than the share of an address (64): the rest is refused, and who is there already is served.
        visitor = http.client.HTTPConnection(OURS, timeout=20)
        visitor.request("GET", "/hello")
        self.assertEqual(visitor.getresponse().read(), b"hello\n")
        crowd = []
        for _ in range(200):
            try:
                stream = socket.create_connection((OURS, 80), 20)
                crowd.append(stream)
                stream.sendall(b"GET /hello HTTP/1.1\r\nX: ")
            except OSError:
                pass  # beyond the share: reset
        for _ in range(20):
            visitor.request("GET", "/hello")
            self.assertEqual(visitor.getresponse().read(), b"hello\n")
        for stream in crowd:
            stream.close()
        visitor.close()
        machine.until(self._is_open, 20, "a place for a new visitor")

    @staticmethod
    def _is_open():
        try:
            return exchange(b"GET /hello HTTP/1.0\r\n\r\n").endswith(b"hello\n")
        except OSError:
            return False

    def test_z_it_ends_when_it_is_told_to(self):
        self.assertEqual(curl("--request", "POST", url("/stop")), b"bye\n")
        self.machine.wait_for(r"^\[enkel\] exit 0$")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
