"""A web server under QEMU, measured from outside: bytes, instructions and seconds to the first byte, instructions per
request, sleeps while idle, the least memory.

Instructions are counted by a plugin of QEMU, in the guest (firmware is no part of it); time asleep does not count. The
guest's address is 10.0.2.15, port 80. Clients are here, behind QEMU's own network.
"""

import dataclasses
import json
import os
import re
import selectors
import signal
import socket
import subprocess
import threading
import time

REQUEST = b"GET /hello HTTP/1.1\r\nHost: 10.0.2.15\r\n\r\n"
BODY = 612
STEP = 300  # the plugin reports every so many requests
COUNTED = 10  # such steps, after a first one that warms up
SECONDS = 240


@dataclasses.dataclass(frozen=True)
class Subject:
    """A server: how it is started, and where the plugin finds what it counts."""

    spec: str  # how its board runs (testing/runner/README.md)
    image: str
    emulator: str
    card: str  # QEMU's device
    arguments: tuple  # more for QEMU
    plugin: str
    from_: int  # address of the image's first instruction
    request: int  # of what runs once a request
    send: int  # of what gives a frame to the card, or runs after


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """QEMU with the subject; what it says is kept."""

    def __init__(self, subject, more):
        self.port = free_port()
        self.started = time.monotonic()
        with open(subject.spec, encoding="utf-8") as file:
            spec = json.load(file)
        paths = {"image": subject.image, "emulator": subject.emulator, "workdir": os.environ.get("TMPDIR", "/tmp")}
        argv = [re.sub(r"\{([a-z_]+)\}", lambda match: os.path.abspath(paths[match[1]]), word) for word in spec["argv"]]
        for log in [word for word in ("-d", "-D") if word in argv]:
            del argv[argv.index(log):argv.index(log) + 2]
        network = f"user,id=net,hostfwd=tcp:127.0.0.1:{self.port}-:80"
        argv += ["-netdev", network, "-device", subject.card + ",netdev=net", *subject.arguments, *more]
        self.lines = []
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        start_new_session=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it has ended by itself: for want of memory, say
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace").strip())

    def wait_for(self, pattern, seconds=SECONDS):
        """The match of the first line that is the pattern as a whole; None: there was none in time."""
        end = time.monotonic() + seconds
        while True:
            has_ended = self.process.poll() is not None
            for line in list(self.lines):
                if match := re.fullmatch(pattern, line):
                    return match
            if has_ended or time.monotonic() > end:
                return None
            time.sleep(0.005)

    def number(self, pattern, seconds=SECONDS):
        """The number that the plugin has printed after `pattern`."""
        match = self.wait_for(pattern + r" (\d+)", seconds)
        if match is None:
            raise RuntimeError(f"the machine did not say {pattern}: {self.lines[-20:]}")
        return int(match[1])

    def wait_until_it_serves(self, seconds=SECONDS):
        return self.wait_for("serving.*", seconds) is not None

    def sleeps(self):
        """How often it has gone to sleep since the first byte was served, as far as the plugin has said."""
        counts = [int(line.split()[1]) for line in list(self.lines) if line.startswith("asleep ")]
        return counts[-1] if counts else 0


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


def counting(subject):
    """QEMU's arguments for a machine whose instructions count."""
    plugin = (f"{os.path.abspath(subject.plugin)},from={subject.from_},request={subject.request},send={subject.send}"
              f",every={STEP}")
    return ["-icount", "shift=0", "-plugin", plugin, "-d", "plugin", "-D", "/dev/stdout"]


@dataclasses.dataclass(frozen=True)
class Costs:
    """Instructions: to the first byte served, and per request at 1 and at 30 connections; wake-ups a second."""

    first_byte: int
    alone: int
    crowd: int
    wake_ups: float | None


def count(subject, idle_seconds=0):
    """Starts it once, and counts everything."""
    with Machine(subject, counting(subject)) as machine:
        if not machine.wait_until_it_serves():
            raise RuntimeError(f"the machine does not serve: {machine.lines[-20:]}")
        if ask_once(machine.port) is None:
            raise RuntimeError(f"the machine does not answer: {machine.lines[-20:]}")
        first = machine.number("first_byte")
        wake_ups = wake_ups_of(machine, idle_seconds) if idle_seconds else None
        steps = COUNTED + 1

        def per_request(begin):
            before, after = (machine.number(f"requests {STEP * (begin + step)}") for step in (1, steps))
            return (after - before) // (STEP * (steps - 1))

        keep_asking(machine.port, 1, STEP * steps)
        alone = per_request(0)
        keep_asking(machine.port, 30, STEP * (steps + 1))
        return Costs(first, alone, per_request(steps), wake_ups)


def wake_ups_of(machine, seconds, settling=12):
    """How often an idle machine wakes, a second."""
    # A network that came up a moment ago still says and asks its last words: a router is solicited, addresses are tried,
    # five seconds after its first packet the other side wants to know whether the address is still true.
    time.sleep(settling)
    before = machine.sleeps()
    time.sleep(seconds)
    return (machine.sleeps() - before) / seconds


def seconds_to_first_byte(subject):
    """From QEMU's start to the first answer, uncounted: what a person waits."""
    with Machine(subject, []) as machine:
        if not machine.wait_until_it_serves() or ask_once(machine.port) is None:
            raise RuntimeError(f"the machine does not serve: {machine.lines[-20:]}")
        return time.monotonic() - machine.started


def serves_with(subject, kibibytes, seconds):
    with Machine(subject, ["-m", f"{kibibytes}K"]) as machine:
        return machine.wait_until_it_serves(seconds) and ask_once(machine.port) is not None


def least_memory(subject, step=256, most=128 * 1024, seconds=20):
    """The least -m with which it serves, in KiB, to `step`; `most` is enough, `seconds` are for a start."""
    low, high = 0, most  # it serves with `high`, and not with `low`
    while high - low > step:
        middle = (low + high) // (2 * step) * step
        if serves_with(subject, middle, seconds):
            high = middle
        else:
            low = middle
    return high
