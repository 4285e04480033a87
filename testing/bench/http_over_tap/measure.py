"""A minimal HTTP responder as an image of ours over a tap interface, beside the same as a process of Linux.

    bazel run -c opt //testing/bench/http_over_tap              # some two minutes; prints the table of docs/http_over_tap.md

Needs the right to make a network namespace, and /dev/net/tun.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time

from testing.linux_peer import peer

LINUX = "10.9.9.9"
OURS = "10.9.9.1"


def run_time(process):
    """Nanoseconds that the process has run, in the kernel and out of it: of its one thread, by the scheduler's clock."""
    with open("/proc/%d/schedstat" % process.pid) as file:
        return int(file.read().split()[0])


def load(command, address, connections, milliseconds, server):
    """Requests a second, and microseconds of CPU a request: of the server, and of the load."""
    before = run_time(server)
    client = subprocess.Popen([command, address, str(connections), str(milliseconds)], stdout=subprocess.PIPE, text=True)
    output, _ = client.communicate()
    if client.returncode != 0:
        raise SystemExit("the load ended with %d" % client.returncode)
    requests, nanoseconds = map(int, output.split())
    return requests * 1e9 / nanoseconds, (run_time(server) - before) / 1e3 / requests


def wait_until_it_serves(command, address, server):
    for _ in range(100):
        if subprocess.run([command, address, "1", "10"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0:
            return
        if server.poll() is not None:
            raise SystemExit("the server ended")
        time.sleep(0.1)
    raise SystemExit("nobody serves at " + address)


def measure(servers, command, connections, milliseconds, rounds):
    """Each server by its name: of each number of connections the medians of so many rounds, one server after the other."""
    results = {}
    for number in connections:
        found = {name: [] for name, _, _ in servers}
        for _ in range(rounds):
            for name, start, address in servers:
                server = start()
                try:
                    wait_until_it_serves(command, address, server)
                    found[name].append(load(command, address, number, milliseconds, server))
                finally:
                    server.kill()
                    server.wait()
        for name, rows in found.items():
            results[name, number] = [statistics.median(column) for column in zip(*rows)]
    return results


def table(results, names, connections):
    lines = ["| server | connections | requests a second | CPU a request, µs | requests a CPU second |",
             "| --- | ---: | ---: | ---: | ---: |"]
    for number in connections:
        for name in names:
            rate, cost = results[name, number]
            lines.append("| %s | %d | %s | %.2f | %s |" % (name, number, "{:,.0f}".format(rate), cost,
                                                         "{:,.0f}".format(1e6 / cost)))
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", required=True)
    parser.add_argument("--linux", required=True)
    parser.add_argument("--ours", required=True)
    parser.add_argument("--http", required=True)
    parser.add_argument("--milliseconds", type=int, default=1000, help="of a round")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--connections", default="1,30")
    arguments = parser.parse_args()
    peer.make_network(LINUX + "/24")
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}

    def image(path):
        environment = {"ENKEL_TAP": peer.TAP, "ip": OURS + "/24"}
        return lambda: subprocess.Popen([os.path.abspath(path)], env=environment, **quiet)

    servers = [
        ("responder, a process of Linux on its sockets", lambda: subprocess.Popen([os.path.abspath(arguments.linux)],
                                                                                  **quiet), LINUX),
        ("responder, an image of ours on POSIX sockets", image(arguments.ours), OURS),
        ("//apps/http:linux, the whole web server", image(arguments.http), OURS),
    ]
    connections = [int(number) for number in arguments.connections.split(",")]
    results = measure(servers, os.path.abspath(arguments.load), connections, arguments.milliseconds, arguments.rounds)
    print(table(results, [name for name, _, _ in servers], connections))


if __name__ == "__main__":
    sys.exit(main())
