"""The table of boards/linux/README.md names the system calls that the board's assembly has, and no others."""

import re
import sys
import unittest

README, *SOURCES = sys.argv[1:]
del sys.argv[1:]


def plain(name):
    """Names as programs and as Linux write them: SigAction, rt_sigaction."""
    return name.replace("_", "").lower().removeprefix("rt")


class Calls(unittest.TestCase):

    def test_the_table_is_the_list_of_calls(self):
        with open(README) as file:
            rows = [line.split("|")[1] for line in file if line.startswith("| ") and line.count("|") == 4]
        named = {plain(name) for row in rows[1:] for name in re.findall(r"[a-z_]+(?: \(|,|\s*$)", row.strip())
                 for name in re.findall(r"[a-z_]+", name)}
        for source in SOURCES:
            with open(source) as file:
                text = file.read()
            calls = {plain(name) for name in re.findall(r"CALL +EnkelLinux(\w+), \d+", text)}
            self.assertTrue(calls)
            if "x86_64" in source:
                calls.add("archprctl")
            self.assertEqual(calls, named if "x86_64" in source else named - {"archprctl"})


if __name__ == "__main__":
    unittest.main()
