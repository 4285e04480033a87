#!/usr/bin/python3
"""Boots an image and judges how it ends. Exit status: 0 passed, 1 failed, 2 wrong arguments. See README.md."""

import argparse
import dataclasses
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

import board_spec
import console
import emulator_log
import process
import symbolize
import transcript
import typist
import verdict


def main(arguments):
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("[runner] ended from outside (SIGTERM)"))
    try:
        spec = board_spec.load(options.spec)
        result = run(spec, options)
    except board_spec.SpecError as error:
        sys.exit(_usage(f"{error}"))
    report(result, spec, options)
    return 0 if result.is_pass else 1


def run(spec, options):
    """Runs the image in a fresh work directory and returns the Verdict."""
    expectation = verdict.Expectation(options.expect_exit, options.expect_panic)
    workdir = tempfile.mkdtemp(prefix="run", dir=os.environ.get("TEST_TMPDIR"))
    keyboard = typist.Typist(options.type)
    try:
        paths = {"image": options.image, "elf": options.elf, "workdir": workdir} | dict(options.file)
        command = spec.command(paths)
        _say(f"$ {shlex.join(command)}")
        asked_for = [regex for regex, _ in options.type]
        seen = transcript.Transcript(options.expect_line + asked_for, options.expect_crashes)

        def on_line(line, is_whole):
            seen.add(line, is_whole)
            keyboard.see(line)

        shown = console.Console(on_line)
        # In the work directory, so that Unix sockets can have relative, short names.
        stdin = keyboard.input if options.type else subprocess.DEVNULL
        ending = process.run(command, timeout=options.timeout, on_output=shown.feed, stdin=stdin, cwd=workdir)
        shown.close()
        log = emulator_log.LogReport()
        if spec.log_file:
            log = emulator_log.read(os.path.join(workdir, spec.log_file), spec.log_allowed)
        for line in ending.errors.splitlines():
            _say(f"emulator: {line}")
        for line in log.unexpected:
            _say(f"warning: emulator log: {line}")
        return explain(verdict.judge(spec, options.timeout, seen, ending, log, expectation), options)
    finally:
        keyboard.close()
        shutil.rmtree(workdir, ignore_errors=True)


def explain(result, options):
    """Completes a verdict's details with names from the symbols."""
    if not options.symbolizer:
        return result
    details = symbolize.symbolize(result.details, os.path.abspath(options.elf), options.symbolizer)
    return dataclasses.replace(result, details=tuple(details))


def report(result, spec, options):
    """Prints the verdict."""
    if result.is_pass:
        _say(f"PASSED on {spec.board}: {result.message}")
        return
    _say(f"FAILED on {spec.board}: {result.message}")
    for line in result.details:
        print(f"    {line}", flush=True)


def _say(text):
    print(f"[runner] {text}", flush=True)


def _usage(text):
    print(f"run_image: {text}", file=sys.stderr)
    return 2


def _regex(text):
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


class _Typed(argparse.Action):
    def __call__(self, parser, namespace, values, option_string=None):
        try:
            pair = (_regex(values[0]), values[1])
        except argparse.ArgumentTypeError as error:
            parser.error(f"argument --type: {error}")
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), pair])


def _parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--spec", required=True, help="the board's run, JSON")
    parser.add_argument("--image", required=True, help="what the board boots: {image}")
    parser.add_argument("--elf", required=True, help="the same with symbols: {elf}")
    board_spec.add_file_argument(parser)
    parser.add_argument("--symbolizer", help="llvm-symbolizer, for backtraces")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds until it counts as a hang (default 60)")
    ending = parser.add_mutually_exclusive_group()
    ending.add_argument("--expect-panic", metavar="REGEX", type=_regex, help="pass only on a panic with such a reason")
    ending.add_argument("--expect-exit", metavar="N", type=int, default=0, help="pass only on this exit code of main")
    parser.add_argument(
        "--expect-crashes", metavar="N", type=int, default=0, help="panics that must come before the run ends as expected"
    )
    parser.add_argument(
        "--expect-line", metavar="REGEX", type=_regex, action="append", default=[], help="a line must match; repeatable"
    )
    parser.add_argument(
        "--type",
        metavar=("REGEX", "TEXT"),
        nargs=2,
        action=_Typed,
        default=[],
        help="type TEXT into the console when a line matches; repeatable, in order",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
