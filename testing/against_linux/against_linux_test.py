"""Runs the scripts against Linux and against us, and compares what differs with docs/differences_from_linux.md."""

import argparse
import collections
import fnmatch
import re
import subprocess
import sys
import unittest

from testing.linux_peer import peer

OPTIONS = argparse.Namespace(program=None, document=None)

# Limits that would make answers depend on how fast the scripts run.
_SETTINGS = {
    "net/ipv4/tcp_invalid_ratelimit": 0,
    "net/ipv4/tcp_challenge_ack_limit": 2**31 - 1,
    "net/ipv4/icmp_ratelimit": 0,
    "net/ipv4/icmp_msgs_per_sec": 1000000,
    "net/ipv4/icmp_msgs_burst": 1000000,
    "net/ipv6/icmp/ratelimit": 0,
    f"net/ipv6/conf/{peer.TAP}/accept_ra": 0,
}


def make_network():
    # Linux looks for a connection without a socket in all of its table, which is large but in a child of a namespace
    # that says otherwise.
    peer.enter_namespace()
    peer.set_sysctl("net/ipv4/tcp_child_ehash_entries", 256)
    peer.make_network("10.0.0.1/24", "fd00::1/64")
    for name, value in _SETTINGS.items():
        peer.set_sysctl(name, value)


def rows_of(document, columns):
    """The rows of the table that has so many columns, as lists of texts."""
    rows = []
    for line in document.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) == columns and not set(cells[0]) <= set("- :"):
            rows.append(cells)
    return rows[1:]  # without the head


class Rule:
    """A row of the table of TCP."""

    def __init__(self, cells):
        self.name, states, flags, seq, ack, text, self.linux, self.ours, cases, self.why = cells
        self.states = None if states == "any" else [state.strip() for state in states.split(";")]
        self.flags = [] if flags == "any" else re.findall(r"([+-])([A-Z])", flags)
        self.numbers = [None if each == "any" else each.split() for each in (seq, ack, text)]
        self.cases = int(cases)

    def explains(self, script, linux, ours):
        state, flags, *numbers = script
        if self.states is not None and state not in self.states:
            return False
        if any((letter in flags) != (sign == "+") for sign, letter in self.flags):
            return False
        if any(allowed is not None and number not in allowed for allowed, number in zip(self.numbers, numbers)):
            return False
        before = state.split(",")[0]
        return all(fnmatch.fnmatchcase(outcome, pattern.replace("{}", before))
                   for outcome, pattern in [(linux, self.linux), (ours, self.ours)])


class AgainstLinux(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        make_network()
        output = subprocess.run([OPTIONS.program, peer.TAP], stdout=subprocess.PIPE, check=True, text=True).stdout
        lines = [line.split("\t") for line in output.splitlines()]
        cls.cases = collections.Counter()
        for words in lines:
            if words[0] == "cases":
                cls.cases[words[1]] += int(words[2])
        cls.differences = {kind: [words[1:] for words in lines if words[0] == kind] for kind in ("tcp", "seed")}
        with open(OPTIONS.document) as file:
            cls.document = file.read()

    def test_all_scripts_were_run(self):
        self.assertEqual(self.cases["tcp"], 2 * 12 * 6 * 2 * (32 + 32 * 4))
        self.assertGreaterEqual(self.cases["seed"], 150)

    def test_each_difference_of_tcp_is_explained_and_no_explanation_is_left_over(self):
        rules = [Rule(cells) for cells in rows_of(self.document, 10)]
        self.assertTrue(rules)
        explained, unexplained = collections.Counter(), []
        for text, linux, ours in self.differences["tcp"]:
            script = [word.strip() for word in text.split("|")]
            rule = next((rule for rule in rules if rule.explains(script, linux, ours)), None)
            if rule is None:
                unexplained.append(f"{text}: Linux {linux!r}, ours {ours!r}")
            else:
                explained[rule.name] += 1
        for rule in rules:
            print(f"{explained[rule.name]:6} {rule.name}", file=sys.stderr)
        self.assertEqual(unexplained[:50], [], f"{len(unexplained)} are not explained")
        self.assertEqual({rule.name: rule.cases for rule in rules}, {rule.name: explained[rule.name] for rule in rules})

    def test_each_difference_of_packets_is_explained_and_no_explanation_is_left_over(self):
        rows = rows_of(self.document, 4)
        self.assertEqual({(script, linux, ours) for script, linux, ours in map(tuple, self.differences["seed"])},
                         {(script, linux, ours) for script, linux, ours, _ in map(tuple, rows)})
        self.assertTrue(all(why for *_, why in rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("document")
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
