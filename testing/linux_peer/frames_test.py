"""Frames through a board's Ethernet device and back, with checksums and segments left undone, without a stack.

The board is linux, or a machine that QEMU makes: the arguments are the command that starts it.
"""

import os
import socket
import struct
import sys
import unittest

from testing.linux_peer import peer

_EXPERIMENTAL = 0x88B5  # EtherType for local experiments. [IEEE802] 9.2.4
_SOL_PACKET = 263
_PACKET_VNET_HDR = 15
_PACKET_OUTGOING = 4

COMMAND = None
QUEUES = 1


class Frames(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.program = peer.Program(*COMMAND)
        line = cls.program.wait_for_line("mac")
        cls.mac = bytes(int(word, 16) for word in line.split()[1:])

    @classmethod
    def tearDownClass(cls):
        cls.program.stop()

    def exchange(self, ether_type, payload, header=None):
        """Sends a frame, with a virtio header if there is one; returns what comes back, with its header."""
        ours = peer.mac_of()
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ether_type)) as raw:
            raw.setsockopt(_SOL_PACKET, _PACKET_VNET_HDR, 1)
            raw.bind((peer.TAP, ether_type))
            raw.settimeout(20)
            raw.send((header or bytes(10)) + self.mac + ours + struct.pack(">H", ether_type) + payload)
            while True:
                data, (_, _, kind, _, _) = raw.recvfrom(70000)
                if kind != _PACKET_OUTGOING and data[10:16] == ours and data[16:22] == self.mac:
                    return data[:10], data[24:]

    def test_frames_of_all_sizes_come_back_as_they_were(self):
        for size in [46, 47, 100, 1000, 1499, 1500]:
            payload = os.urandom(size)
            _, back = self.exchange(_EXPERIMENTAL, payload)
            self.assertEqual(back, payload, f"size {size}")

    def test_a_large_segment_goes_both_ways_in_one_piece(self):
        payload = os.urandom(50000)
        ip = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 1, 0, 64, 6, 0, bytes([10, 9, 9, 9]),
                                   bytes([10, 9, 9, 8])))
        total = sum(struct.unpack(">10H", ip))
        struct.pack_into(">H", ip, 10, ~(total + (total >> 16)) & 0xFFFF)
        tcp = struct.pack(">HHIIBBHHH", 1, 2, 3, 4, 0x50, 0x10, 1000, 0, 0)
        # NEEDS_CSUM, TCPv4, headers, segments, where the sum begins and stands.
        header = struct.pack("<BBHHHH", 1, 1, 54, 1448, 34, 16)
        got, back = self.exchange(0x0800, bytes(ip) + tcp + payload, header)
        flags, kind, _, segment, start, field = struct.unpack("<BBHHHH", got)
        self.assertEqual((flags & 1, kind, segment, start, field), (1, 1, 1448, 34, 16))
        self.assertEqual(back[40:], payload)

    def test_every_queue_carries_frames(self):
        # Linux chooses a queue by the hash of a flow.
        for port in range(1, 400):
            udp = struct.pack(">HHHH", port, 9, 8 + 18, 0) + bytes(18)
            ip = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([10, 9, 9, 9]),
                                       bytes([10, 9, 9, 8])))
            total = sum(struct.unpack(">10H", ip))
            struct.pack_into(">H", ip, 10, ~(total + (total >> 16)) & 0xFFFF)
            _, back = self.exchange(0x0800, bytes(ip) + udp)
            self.assertEqual(back[20:], udp)
            used = {line for line in self.program.lines if line.startswith("frames by queue")}
            if len(used) == QUEUES:
                return
        self.fail(f"of {QUEUES} queues only these: {used}")


if __name__ == "__main__":
    if sys.argv[1].startswith("--queues="):
        QUEUES = int(sys.argv.pop(1).removeprefix("--queues="))
    COMMAND = [os.path.abspath(sys.argv[1]), *sys.argv[2:]]
    peer.make_network("10.9.9.9/24", queues=QUEUES)
    unittest.main(argv=sys.argv[:1])
