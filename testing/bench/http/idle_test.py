#!/usr/bin/python3
"""An idle //apps/http sleeps, and nothing wakes it: a plugin of QEMU counts how often the CPU goes to sleep.

A connection that is kept open and one that was closed are there: neither has a timer that ticks.
"""

import argparse
import concurrent.futures
import socket
import sys
import time

import machine
import ours

WINDOW = 8  # seconds of the machine's time, and of ours: it sleeps


def wake_ups(subject):
    """How often the machine woke in the window, after it had answered and was left alone."""
    with machine.Machine(subject, machine.counting(subject)) as server:
        assert server.wait_until_it_serves(), server.lines
        assert machine.ask_once(server.port) is not None, server.lines
        with socket.create_connection(("127.0.0.1", server.port), 20) as kept:
            kept.sendall(machine.REQUEST)
            assert machine.read_answer(kept) is not None, server.lines
            # It did sleep, or the counter would have nothing to count.
            assert server.wait_for(r"asleep \d+", 30) is not None, server.lines
            rate = machine.wake_ups_of(server, WINDOW)
        asleep = server.sleeps()
        assert machine.ask_once(server.port) is not None, server.lines
        # And the counter counts: it goes to sleep again.
        end = time.monotonic() + 30
        while server.sleeps() <= asleep:
            assert time.monotonic() < end, "the counter does not count"
            time.sleep(0.01)
        return round(rate * WINDOW)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", action="append", required=True, help=ours.FIELDS)
    parser.add_argument("--plugin", required=True)
    options = parser.parse_args()
    subjects = dict(ours.subject(text, options.plugin) for text in options.board)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        counts = dict(zip(subjects, pool.map(wake_ups, subjects.values())))
    for name, count in counts.items():
        print(f"{name}: {count} wake-ups in {WINDOW} s")
    return 0 if not any(counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
