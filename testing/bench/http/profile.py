#!/usr/bin/python3
"""Takes the requests of //apps/http apart: instructions of a request, by function, as QEMU executes them.

  bazel run //testing/bench/http:profile                          tables of Markdown, by room; of each board
  bazel run //testing/bench/http:profile -- --only pc --functions 40     and the dearest functions

A function that was inlined counts as part of the one that it is in.
"""

import argparse
import bisect
import collections
import subprocess
import sys

import machine
import ours
import symbols

AFTER = 600  # requests that warm up
REQUESTS = 3000

# Of a function's name; the first that fits.
ROOMS = [
    ("net/http", ("net::http::",)),
    ("net/socket", ("net::socket::",)),
    ("net/tcp", ("net::tcp::",)),
    ("net/ip, ipv4, neighbor", ("net::ipv4::", "net::Ip", "net::DualStack", "net::neighbor", "non-virtual thunk to net::ipv4")),
    ("checksums", ("net::wire::Sum", "net::Packet::Sum", "net::FinishChecksum")),
    ("net/packet", ("net::Packet", "net::Buffer")),
    ("net/interface", ("net::Interface",)),
    ("net, the rest", ("net::",)),
    ("drivers: virtio and its network card", ("drivers::virtio::", "drivers::net_virtio::", "kernel::memory::Physical", "board::VirtioMemory")),
    ("memcpy and its like", ("memcpy", "memmove", "memset", "memcmp", "bcmp", "memchr")),
]
REST = "kernel, the loop, the rest"


def room_of(name):
    for room, beginnings in ROOMS:
        if name.startswith(beginnings):
            return room
    return REST


class Profile:
    """How often each instruction of an image ran, by function."""

    def __init__(self, lines, elf, cxxfilt):
        at = sorted((address, name) for name, addresses in elf.symbols.items() for address in addresses if not name.startswith("$"))
        addresses = [address for address, _ in at]
        times = collections.Counter()
        calls = {}
        for line in lines:
            words = line.split()
            if words[:1] == ["profiled"]:
                self.requests = int(words[1])
            elif words[:1] == ["elsewhere"]:
                times["(outside the image)"] += int(words[1])
            elif words[:1] == ["ran"]:
                address = int(words[1], 16)
                place = bisect.bisect_right(addresses, address) - 1
                times[at[place][1]] += int(words[2])
                if addresses[place] == address:
                    calls[at[place][1]] = int(words[2])
        names = list(times)
        plain = subprocess.run([cxxfilt, "--no-params"], input="\n".join(names), check=True, capture_output=True,
                               text=True).stdout.splitlines()
        self.functions = sorted(((times[name] / self.requests, calls.get(name, 0) / self.requests, said)
                                 for name, said in zip(names, plain)), reverse=True)

    def rooms(self):
        sums = collections.Counter()
        for cost, _, name in self.functions:
            sums[room_of(name)] += cost
        return sums

    def total(self):
        return sum(cost for cost, _, _ in self.functions)


def take(text, profiler, cxxfilt, connections):
    """The board's name, and the profile of its requests."""
    name, subject = ours.subject(text, profiler)
    elf = symbols.read(text.split(",")[3])
    begin, end = (elf.address_of(name) for name in ("__image_start", "__text_end"))
    arguments = f"{profiler},begin={begin},end={end},request={subject.request},after={AFTER},requests={REQUESTS}"
    with machine.Machine(subject, ["-icount", "shift=0", "-plugin", arguments, "-d", "plugin", "-D", "/dev/stdout"]) as running:
        if not running.wait_until_it_serves():
            raise RuntimeError(f"the machine does not serve: {running.lines[-20:]}")
        machine.keep_asking(running.port, connections, AFTER + REQUESTS + 2 * connections)
        if running.wait_for(r"profiled \d+") is None:
            raise RuntimeError("the machine has not counted")
        return name, Profile(list(running.lines), elf, cxxfilt)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--board", action="append", required=True, help=ours.FIELDS)
    parser.add_argument("--plugin", help=argparse.SUPPRESS)
    parser.add_argument("--profiler", required=True)
    parser.add_argument("--cxxfilt", required=True)
    parser.add_argument("--only", help="a board")
    parser.add_argument("--connections", type=int, default=30)
    parser.add_argument("--functions", type=int, default=0, help="so many of each board")
    options = parser.parse_args()
    profiles = dict(take(text, options.profiler, options.cxxfilt, options.connections)
                    for text in options.board if options.only in (None, text.split(",")[0]))
    print("| instructions of a request | " + " | ".join(profiles) + " |")
    print("| --- |" + " ---: |" * len(profiles))
    for room in [room for room, _ in ROOMS] + [REST]:
        print(f"| {room} | " + " | ".join(f"{profile.rooms()[room]:,.0f}" for profile in profiles.values()) + " |")
    print("| together | " + " | ".join(f"{profile.total():,.0f}" for profile in profiles.values()) + " |")
    for name, profile in profiles.items():
        for cost, calls, function in profile.functions[:options.functions]:
            print(f"{name} {cost:9.2f} instructions, {calls:6.3f} calls: {function}")


if __name__ == "__main__":
    sys.exit(main())
