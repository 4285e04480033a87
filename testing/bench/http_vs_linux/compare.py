#!/usr/bin/python3
"""//apps/http beside Linux doing the same work in the same emulator: a table, what is reached, and a plot.

  bazel run //testing/bench:http_vs_linux                 prints both tables; the plot lies where the last line says
  bazel run //testing/bench:http_vs_linux -- --update     and writes them into docs/
  bazel run //testing/bench:http_vs_linux -- --only pc --no-memory

Takes four minutes: it starts Linux some thirty times. docs/http_vs_linux.md says what is counted and how.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import linux
import machine
import ours
import plot

IDLE_SECONDS = 10
STARTS = 3
KIB = 1024

# Wanted: the figure's name in Row, at most so many, by board.
WANTED = {
    "first_byte": ("instructions to the first byte", {"pc": 250_000, "virt": 400_000}),
    "crowd": ("instructions a request, 30 connections", {"pc": 4_500, "virt": 4_500}),
    "memory": ("least memory, KiB", {"pc": 4 * KIB}),
    "wake_ups": ("wake-ups a second, idle", {"pc": 0, "virt": 0}),
}
RPI3_BYTES = 256 * KIB


@dataclasses.dataclass
class Row:
    """What one subject costs on one board."""

    board: str
    who: str  # Enkel or Linux
    size: int  # bytes
    memory: int | None  # KiB
    first_byte: int  # instructions
    seconds: float  # to the first byte
    alone: int  # instructions a request at one connection
    crowd: int  # at thirty
    wake_ups: float  # a second


def measure(board, who, subject, size, memory):
    """`memory`: how least_memory() is asked, or None: not at all."""
    print(f"measuring {who} on {board}", file=sys.stderr, flush=True)
    costs = machine.count(subject, IDLE_SECONDS)
    seconds = statistics.median(machine.seconds_to_first_byte(subject) for _ in range(STARTS))
    least = machine.least_memory(subject, **memory) if memory is not None else None
    return Row(board, who, size, least, costs.first_byte, seconds, costs.alone, costs.crowd, costs.wake_ups)


def table(rows):
    lines = ["| board | | image, bytes | least -m, KiB | instructions to the first byte | seconds | per request, 1 connection "
             "| 30 connections | wake-ups a second |",
             "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for row in rows:
        memory = "–" if row.memory is None else f"{row.memory:,}"
        lines.append(f"| {row.board} | {row.who} | {row.size:,} | {memory} | {row.first_byte:,} | {row.seconds:.2f} "
                     f"| {row.alone:,} | {row.crowd:,} | {row.wake_ups:.1f} |")
    return lines


def verdicts(rows, rpi3_bytes):
    lines = ["| wanted of Enkel | at most | is | |", "| --- | ---: | ---: | --- |"]

    def add(what, most, value):
        verdict = "not measured" if value is None else "reached" if value <= most else "not reached"
        lines.append(f"| {what} | {most:,} | {'–' if value is None else f'{value:,}'} | {verdict} |")

    by_board = {row.board: row for row in rows if row.who == "Enkel"}
    for name, (what, most) in WANTED.items():
        for board, limit in most.items():
            if board in by_board:
                add(f"{board}: {what}", limit, getattr(by_board[board], name))
    add("rpi3: image without the page, bytes", RPI3_BYTES, rpi3_bytes)
    return lines


def bytes_without_content(nm, image, elf):
    """The size of the image without the files that it serves."""
    listing = subprocess.run([nm, "--print-size", elf], check=True, capture_output=True, text=True).stdout
    content = re.findall(r"^[0-9a-f]+ ([0-9a-f]+) . _ZN7content.*k(?:Bytes|Gzip)\d+E$", listing, re.MULTILINE)
    return os.path.getsize(image) - sum(int(size, 16) for size in content)


def charts(rows):
    headings = {
        "size": "image, bytes",
        "memory": "least memory, KiB",
        "first_byte": "instructions to the first byte",
        "seconds": "seconds to the first byte (TCG)",
        "crowd": "instructions a request, 30 connections",
        "wake_ups": "wake-ups a second, idle",
    }
    result = []
    for name, heading in headings.items():
        boards = {}
        for row in rows:
            boards.setdefault(row.board, {})[row.who] = getattr(row, name)
        for board, limit in WANTED.get(name, ("", {}))[1].items():
            if board in boards:
                boards[board]["wanted"] = limit
        result.append((heading, boards))
    return result


def update(page, tables):
    """Puts each table between its marks in the page."""
    text = page.read_text(encoding="utf-8")
    for name, lines in tables.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, rest = text.split(begin)
        text = before + begin + "\n".join(lines) + "\n" + end + rest.split(end, 1)[1]
    page.write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--board", action="append", required=True, help=ours.FIELDS)
    parser.add_argument("--linux", action="append", required=True, help=linux.FIELDS)
    parser.add_argument("--rpi3", required=True, help="IMAGE,ELF")
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--nm", required=True)
    parser.add_argument("--font", required=True)
    parser.add_argument("--only", help="a board")
    parser.add_argument("--no-memory", action="store_true", help="without the least memory, which takes long")
    parser.add_argument("--update", action="store_true", help="writes the tables and the plot into docs/")
    options = parser.parse_args()

    subjects = dict(ours.subject(text, options.plugin) for text in options.board)
    guests = [linux.guest(text, subjects) for text in options.linux]
    rows = []
    for guest in guests:
        if options.only not in (None, guest.board):
            continue
        subject = subjects[guest.board]
        rows.append(measure(guest.board, "Enkel", subject, os.path.getsize(subject.image),
                            None if options.no_memory else {}))
        rows.append(measure(guest.board, "Linux", guest.subject, guest.size,
                            None if options.no_memory else {"step": KIB, "seconds": 60}))
    tables = {
        "table": table(rows),
        "wanted": verdicts(rows, bytes_without_content(options.nm, *options.rpi3.split(","))),
    }
    print("\n".join(tables["table"]) + "\n\n" + "\n".join(tables["wanted"]))
    docs = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."), "docs")
    picture = docs / "http_vs_linux.png" if options.update else pathlib.Path(tempfile.gettempdir(), "http_vs_linux.png")
    plot.draw(picture, "A web server as a machine: Enkel beside Linux, QEMU TCG", charts(rows), options.font)
    if options.update:
        update(docs / "http_vs_linux.md", tables)
    print(f"\nplot: {picture}")


if __name__ == "__main__":
    sys.exit(main())
