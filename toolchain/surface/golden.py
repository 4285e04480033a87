#!/usr/bin/python3
"""Compares what is in an image with the file of names that the app keeps, so that nothing comes in unnoticed.

  golden.py REPORT BOARD GOLDEN             fails when they differ, and says how
  golden.py REPORT BOARD GOLDEN --update    writes the board's lines of GOLDEN anew
"""

import argparse
import pathlib
import re
import sys

_ITEM = re.compile(r"(\S(?:.*\S)?)\s+[0-9]+  (\S+)$")
KINDS = ("system call", "driver", "parser", "protocol", "library")
HEADER = (
    "# What can be attacked in the images, by name. A new line is more of it: say in the commit why it is needed.",
    "# Written by ./bazelw run LABEL_OF_THE_IMAGE.surface -- --update THIS_FILE, for each board.",
)


def lines_of(report, board):
    """The golden lines of one board's report: of what can be attacked, and what others wrote."""
    items = [_ITEM.match(line) for line in report.splitlines() if not line.startswith(("#", " "))]
    return [f"{board}  {match[1]}  {match[2]}" for match in items if match[1] in KINDS]


def update(golden, board, lines):
    """`golden` with the board's lines replaced."""
    others = [line for line in golden.splitlines() if line and not line.startswith(("#", board + "  "))]
    boards = sorted({line.split("  ")[0] for line in others} | {board})
    result = list(HEADER)
    for name in boards:
        result += lines if name == board else [line for line in others if line.startswith(name + "  ")]
    return "\n".join(result) + "\n"


def differences(golden, board, lines):
    """Sentences on how a board's lines differ from `golden`."""
    kept = [line for line in golden.splitlines() if line.startswith(board + "  ")]
    return [f"new:  {line}" for line in lines if line not in kept] + [f"gone: {line}" for line in kept if line not in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report")
    parser.add_argument("board")
    parser.add_argument("golden")
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    lines = lines_of(pathlib.Path(options.report).read_text(encoding="utf-8"), options.board)
    golden = pathlib.Path(options.golden)
    text = golden.read_text(encoding="utf-8") if golden.exists() else ""
    if options.update:
        golden.write_text(update(text, options.board, lines), encoding="utf-8")
        return
    if found := differences(text, options.board, lines):
        print("\n".join(found))
        sys.exit(f"{options.golden}: what is in the image for {options.board} has changed (its head says how to update it)")


if __name__ == "__main__":
    main()
