#!/usr/bin/python3
"""Runs fuzz targets for a while each, several at once, and says what they found.

  ./bazelw run //toolchain/dev:fuzz                                  all, 60 seconds each
  ./bazelw run //toolchain/dev:fuzz -- --seconds 600 //net/...       some, for longer
  ./bazelw run //toolchain/dev:fuzz -- --corpus ~/corpora            goes on where the last run stopped
  ./bazelw run //toolchain/dev:fuzz -- --seed 1                      tries what CI tries, as far as the time goes

An input that breaks a target is kept in fuzz/ of the checkout, and the command that runs it again is printed. A target
begins with the seeds that its BUILD rule gives it, or with nothing; --corpus keeps what it learns.
"""

import argparse
import concurrent.futures
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

from toolchain.dev import tree

LAST_STATUS = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+)")


def status(log):
    """(inputs tried, edges covered), as libFuzzer's last status line tells; zeroes when there is none."""
    found = LAST_STATUS.findall(log)
    return (int(found[-1][0]), int(found[-1][1])) if found else (0, 0)


def bazel(*arguments):
    """What bazel prints. Ends this program when bazel fails, which has said why."""
    result = subprocess.run(["bazel", *arguments], cwd=tree.root(), check=False, text=True, stdout=subprocess.PIPE)
    return result.stdout if result.returncode == 0 else sys.exit(result.returncode)


def targets(patterns):
    """The labels of the fuzz programs among `patterns`."""
    query = f'kind("_fuzz_program rule", {" + ".join(patterns)})'
    return sorted(bazel("query", query, "--ui_event_filters=-info", "--noshow_progress").split())


def affordable(seconds, deadline, count, jobs):
    """Seconds for each of `count` targets, of which `jobs` run at once, until `deadline`; at most `seconds`."""
    if deadline is None:
        return seconds
    return min(seconds, int((deadline - time.time()) * jobs / count))


def run(label, seconds, seed, corpus, findings):
    """Runs one target; returns (label, how it ended, its output)."""
    package, name = label.lstrip("/").split(":")
    folder = pathlib.Path(corpus, package.replace("/", "_") + "_" + name)
    folder.mkdir(parents=True, exist_ok=True)
    program = tree.root() / "bazel-bin" / package / (name + ".sh")
    runfiles = pathlib.Path(f"{program}.runfiles", "enkel")
    result = subprocess.run(
        [str(program), f"-max_total_time={seconds}", f"-seed={seed}", "-print_final_stats=0",
         f"-artifact_prefix={findings}/{name}-", str(folder)],
        cwd=runfiles, check=False, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return label, result.returncode, result.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--deadline", type=float, help="seconds since 1970: less for each, so that all are done by then")
    parser.add_argument("--jobs", type=int, default=2, help="targets at once")
    parser.add_argument("--seed", type=int, default=random.randrange(1, 2**31), help="of all choices; else another each time")
    parser.add_argument("--corpus", type=pathlib.Path, help="a folder that keeps what was learnt")
    parser.add_argument("patterns", nargs="*", default=["//..."])
    options = parser.parse_args()

    labels = targets(options.patterns)
    if not labels:
        sys.exit("no fuzz target there")
    bazel("build", *labels)
    seconds = affordable(options.seconds, options.deadline, len(labels), options.jobs)
    if seconds < 1:
        print("no time is left for fuzzing")
        return
    findings = tree.root() / "fuzz"
    findings.mkdir(exist_ok=True)
    broken = []
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(run, label, seconds, options.seed, options.corpus or scratch, findings) for label in labels]
        for number, done in enumerate(concurrent.futures.as_completed(runs), 1):
            label, code, log = done.result()
            inputs, edges = status(log)
            verdict = "BROKEN" if code else "ok"
            print(f"[{number}/{len(labels)}] {verdict:6} {inputs:>11,} inputs {edges:>6,} edges  {label}", flush=True)
            if code:
                broken.append(label)
                print("\n".join(log.splitlines()[-60:]))
                print(f"again: ./bazelw run {label} -- {findings}/...")
    if broken:
        sys.exit(f"{len(broken)} of {len(labels)} targets broke, seed {options.seed}: {' '.join(broken)}")
    print(f"{len(labels)} targets, {seconds} s each, seed {options.seed}: nothing found")


if __name__ == "__main__":
    main()
