"""A machine in QEMU with a network cable to this process: one datagram is one frame, and no right is needed for it."""

import os
import select
import socket
import struct
import subprocess
import tempfile
import time

OURS = bytes.fromhex("020000000001")
EXPERIMENTAL = 0x88B5  # EtherType for local experiments. [IEEE802] 9.2.4


class Machine:
    """QEMU, its standard output, and the other end of `-netdev ...,id=net`."""

    def __init__(self, command):
        self._folder = tempfile.TemporaryDirectory(dir="/tmp")  # a path of a socket is short
        guest, peer = (os.path.join(self._folder.name, name) for name in ("guest", "peer"))
        self._guest = guest
        self.link = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.link.bind(peer)
        cable = f"dgram,id=net,local.type=unix,local.path={guest},remote.type=unix,remote.path={peer}"
        monitor = os.path.join(self._folder.name, "monitor")
        self._monitor_path = monitor
        self._process = subprocess.Popen([*command, "-netdev", cable, "-monitor", f"unix:{monitor},server=on,wait=off"],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._text = b""

    def wait_for_line(self, start, seconds=60):
        """The first line that begins so, from here on."""
        deadline = time.monotonic() + seconds
        while True:
            while b"\n" in self._text:
                line, self._text = self._text.split(b"\n", 1)
                if line.startswith(start.encode()):
                    return line.decode(errors="replace").strip()
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise AssertionError(f"no line {start!r}; last: {self._text!r}")
            data = os.read(self._process.stdout.fileno(), 65536)
            if not data:
                raise AssertionError(f"it ended before {start!r}: {self._text!r}")
            self._text += data

    def send(self, frame):
        self.link.sendto(frame, self._guest)

    def receive(self, seconds):
        """The next frame; none: nothing came."""
        if not select.select([self.link], [], [], seconds)[0]:
            return None
        return self.link.recv(65536)

    def exchange(self, mac, payload, ether_type=EXPERIMENTAL, seconds=60, pause=1):
        """Sends a frame to `mac` until an answer comes; its payload."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                self.send(mac + OURS + struct.pack(">H", ether_type) + payload)
            except OSError:  # QEMU has not made its end yet
                time.sleep(0.05)
                continue
            until = time.monotonic() + pause
            while (left := until - time.monotonic()) > 0:
                frame = self.receive(left)
                if frame and frame[:6] == OURS and frame[6:12] == mac:
                    return frame[14:]
        raise AssertionError(f"no answer to {len(payload)} bytes")

    def type(self, text):
        """To the standard input: what a serial console receives."""
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def monitor(self, command):
        """Runs a command of QEMU's monitor."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(self._monitor_path)
            monitor.settimeout(20)
            text = b""
            while not text.endswith(b"(qemu) "):
                text += monitor.recv(4096)
            monitor.sendall(command.encode() + b"\n")
            text = b""
            while not text.endswith(b"(qemu) "):
                text += monitor.recv(4096)
            return text.decode(errors="replace")

    def stop(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._process.stdin.close()
        self.link.close()
        self._folder.cleanup()
