#!/usr/bin/python3
"""Measures //apps/http under QEMU: bytes, instructions to the first byte served and per request, the least memory.

  bazel run //testing/bench:http            one row a board, as a table of Markdown

Instructions are counted by a plugin of QEMU, in the guest, from the image's first one (firmware is no part of it); time
asleep does not count. The address is fixed, by the command line. Clients are here, behind QEMU's own network.
"""

import argparse
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time

import symbols

REQUEST = b"GET /hello HTTP/1.1\r\nHost: 10.0.2.15\r\n\r\n"
BODY = 612
WARM = 300
COUNTED = 3000
SECONDS = 240

# What runs once a request, and what gives a frame to the card.
REQUEST_SYMBOL = "_ZN3net4http10Connection12BeginRequestEm"
SEND_SYMBOL = "_ZN7drivers10net_virtio9VirtioNet8TransmitEtN3net6PacketE"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """QEMU with the image; what it says is kept."""

    def __init__(self, board, more):
        self.port = free_port()
        spec = json.load(open(board["spec"]))
        paths = {"image": board["image"], "emulator": board["emulator"], "workdir": os.environ.get("TMPDIR", "/tmp")}
        argv = [re.sub(r"\{([a-z_]+)\}", lambda match: os.path.abspath(paths[match[1]]), word) for word in spec["argv"]]
        for log in [word for word in ("-d", "-D") if word in argv]:
            del argv[argv.index(log):argv.index(log) + 2]
        network = f"user,id=net,hostfwd=tcp:127.0.0.1:{self.port}-:80"
        argv += ["-netdev", network, "-device", board["card"] + ",netdev=net", "-append", "ip=10.0.2.15/24", *more]
        self.lines = []
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        start_new_session=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").strip())

    def number(self, name, seconds=SECONDS):
        """The number that the plugin has printed after `name`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            for line in list(self.lines):
                if match := re.fullmatch(name + r" (\d+)", line):
                    return int(match[1])
            time.sleep(0.05)
        raise RuntimeError(f"the machine did not say {name}: {self.lines[-20:]}")

    def wait_until_it_serves(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if any(line.startswith("serving") for line in self.lines):
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended by itself: for want of memory, say
        self.process.wait()


def ask_once(port):
    """The body of one answer on a connection of its own; None where there is none."""
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as stream:
            stream.sendall(REQUEST)
            return read_answer(stream)
    except OSError:
        return None


def read_answer(stream):
    data = b""
    while b"\r\n\r\n" not in data or len(data) < data.index(b"\r\n\r\n") + 4 + BODY:
        piece = stream.recv(65536)
        if not piece:
            return None
        data += piece
    return data[data.index(b"\r\n\r\n") + 4:]


def keep_asking(port, connections, requests):
    """So many requests in all, each connection with one on the way at a time."""
    selector = selectors.DefaultSelector()
    left = requests
    for _ in range(connections):
        stream = socket.create_connection(("127.0.0.1", port), 30)
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(stream, selectors.EVENT_READ, bytearray())
    for key in list(selector.get_map().values()):
        key.fileobj.sendall(REQUEST)
    while left > 0:
        for key, _ in selector.select(30):
            data = key.data
            data += key.fileobj.recv(65536)
            end = data.find(b"\r\n\r\n")
            if end < 0 or len(data) < end + 4 + BODY:
                continue
            data.clear()
            left -= 1
            key.fileobj.sendall(REQUEST)
    for key in list(selector.get_map().values()):
        key.fileobj.close()


def instructions(board, connections):
    """Instructions to the first byte served, and per request."""
    elf = symbols.read(board["elf"])
    plugin = (f"{os.path.abspath(board['plugin'])},from={elf.first_instruction},request={elf.address_of(REQUEST_SYMBOL)}"
              f",send={elf.address_of(SEND_SYMBOL)},warm={WARM},count={COUNTED}")
    machine = Machine(board, ["-icount", "shift=0", "-plugin", plugin, "-d", "plugin", "-D", "/dev/stdout"])
    try:
        if not machine.wait_until_it_serves(SECONDS):
            raise RuntimeError(f"the machine does not serve: {machine.lines[-20:]}")
        if ask_once(machine.port) is None:
            raise RuntimeError("the machine does not answer")
        first = machine.number("first_byte")
        keep_asking(machine.port, connections, WARM + COUNTED + 2 * connections)
        return first, machine.number("per_request")
    finally:
        machine.stop()


def serves_with(board, kibibytes):
    machine = Machine(board, ["-m", f"{kibibytes}K"])
    try:
        return machine.wait_until_it_serves(20) and ask_once(machine.port) is not None
    finally:
        machine.stop()


def least_memory(board):
    """The least -m with which it serves, in KiB, to 256 KiB."""
    low, high = 0, 128 * 1024  # it serves with `high`, and not with `low`
    while high - low > 256:
        middle = (low + high) // 512 * 256
        if serves_with(board, middle):
            high = middle
        else:
            low = middle
    return high


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", action="append", required=True, help="NAME,SPEC,IMAGE,ELF,EMULATOR,CARD")
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--only", help="a board")
    parser.add_argument("--no-memory", action="store_true", help="without the least memory, which takes long")
    options = parser.parse_args()
    print("| board | image, bytes | least -m, KiB | instructions to the first byte | per request, 1 connection | 30 connections |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for text in options.board:
        board = dict(zip(["name", "spec", "image", "elf", "emulator", "card"], text.split(",")), plugin=options.plugin)
        if options.only not in (None, board["name"]):
            continue
        first, alone = instructions(board, 1)
        _, crowd = instructions(board, 30)
        memory = "-" if options.no_memory else f"{least_memory(board):,}"
        size = os.path.getsize(board["image"])
        print(f"| {board['name']} | {size:,} | {memory} | {first:,} | {alone:,} | {crowd:,} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
