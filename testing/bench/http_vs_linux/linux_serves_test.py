#!/usr/bin/python3
"""The guest that //testing/bench:http_vs_linux measures beside starts and answers as //apps/http does."""

import argparse
import sys

import linux
import machine
import ours


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--board", action="append", required=True, help=ours.FIELDS)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--linux", required=True, help=linux.FIELDS)
    options = parser.parse_args()
    subjects = dict(ours.subject(text, options.plugin) for text in options.board)
    guest = linux.guest(options.linux, subjects)
    with machine.Machine(guest.subject, []) as server:
        assert server.wait_until_it_serves(), server.lines
        for _ in range(3):
            body = machine.ask_once(server.port)
            assert body is not None and len(body) == machine.BODY, (body, server.lines)
        # Thirty at a time, as they are measured.
        machine.keep_asking(server.port, 30, 300)
        assert server.process.poll() is None, server.lines


if __name__ == "__main__":
    sys.exit(main())
