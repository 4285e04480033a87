"""Seeds each bug of mutants.py, one at a time, and reports which of them the tests notice.

    bazel run //testing/mutation:mutants                       # in a new clone of HEAD; about a quarter of an hour
    bazel run //testing/mutation:mutants -- --only reset       # those whose name has this word
    bazel run //testing/mutation:mutants -- --table docs/mutants.md

The clone is a checkout of its own, so nothing here is touched. Exits with 1 when fewer than 95 % are caught.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from testing.mutation import mutants

_ENOUGH = 0.95
_NOTHING = "**nothing**"

_HEAD = """# Seeded bugs

Each row is a bug that was put into `net/` or `drivers/`, one at a time: a bounds check, a rule or a transition taken out. The tests that
belong to the place ran; a bug counts as caught when one of them fails, crashes or hangs. One that the compiler refuses is
none, and must be written otherwise.

    ./bazelw run //testing/mutation:mutants -- --table docs/mutants.md

%d of %d are caught.

| bug | file | caught by |
| --- | --- | --- |
"""


def verdict(status, output):
    """What a run of bazel says: the targets that failed, or None when all passed."""
    failed = []
    for line in output.splitlines():
        words = line.split()
        if len(words) > 1 and words[0].startswith("//") and any(
                word in line for word in (" FAILED", " TIMEOUT", " NO STATUS")):
            failed.append(words[0])
    if status == 0:
        return None
    if " FAILED TO BUILD" in output or not failed:
        raise SystemExit("does not build:\n" + output)
    return sorted(set(failed))


def table(results, before):
    """The page, by name of the bug: new results, and what an older page says of the others."""
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in before.splitlines() if line.startswith("| ")}
    rows.update(results)
    ours = [rows[mutant.name] for mutant in mutants.MUTANTS if mutant.name in rows]
    return _HEAD % (sum(_NOTHING not in row for row in ours), len(ours)) + "\n".join(ours) + "\n"


def seed(top, mutant, bazel):
    """Puts one bug into the checkout, tests, and takes it out again."""
    path = top / mutant.file
    original = path.read_text()
    if original.count(mutant.text) != 1:
        raise SystemExit("%s: the text of '%s' is not there exactly once" % (mutant.file, mutant.name))
    path.write_text(original.replace(mutant.text, mutant.replacement))
    try:
        run = subprocess.run(bazel + ["test", "--keep_going", "--test_timeout=30", "--noshow_progress",
                                      "--test_output=errors"] + list(mutant.tests),
                             cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    finally:
        path.write_text(original)
    return verdict(run.returncode, run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", help="mutants whose name or file has this word; may come again")
    parser.add_argument("--table", help="where to write the results, relative to the checkout")
    parser.add_argument("--bazel", default="./bazelw", help="the command, relative to the clone")
    parser.add_argument("--checkout", help="a clean checkout to use instead of a new clone")
    arguments = parser.parse_args()
    source = pathlib.Path(os.environ["BUILD_WORKSPACE_DIRECTORY"])
    with tempfile.TemporaryDirectory() as scratch:
        top = pathlib.Path(arguments.checkout or scratch + "/enkel")
        if not arguments.checkout:
            subprocess.run(["git", "clone", "--quiet", "--shared", source, top], check=True)
        words = arguments.only or [""]
        chosen = [m for m in mutants.MUTANTS if any(word in m.name or word in m.file for word in words)]
        results = {}
        for mutant in chosen:
            start = time.monotonic()
            try:
                failed = seed(top, mutant, [arguments.bazel])
            except SystemExit as refusal:
                print("%-50s %s" % (mutant.name, refusal), flush=True)
                failed = None
            found = ", ".join("`%s`" % target for target in failed) if failed else _NOTHING
            results[mutant.name] = "| %s | `%s` | %s |" % (mutant.name, mutant.file, found)
            print("%-50s %s (%.0f s)" % (mutant.name, "caught" if failed else "NOT CAUGHT", time.monotonic() - start),
                  flush=True)
    caught = sum(_NOTHING not in row for row in results.values())
    print("%d of %d are caught" % (caught, len(results)))
    if arguments.table:
        path = source / arguments.table
        path.write_text(table(results, path.read_text() if path.exists() else ""))
    return 0 if caught >= _ENOUGH * len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
