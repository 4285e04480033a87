#!/usr/bin/python3
"""Line coverage of the host tests, by clang's own instrumentation.

  ./bazelw run //toolchain/dev:coverage                    of all host tests
  ./bazelw run //toolchain/dev:coverage -- //net/tcp/... //net/wire/...    of some, and of the folders named alone

Prints a line for each source, fails where a folder has less than it must (LEAST below), and writes coverage/lcov.info, which editors and genhtml read. Code that runs only inside
an image (tests under QEMU) is not counted.
"""

import os
import subprocess
import sys

from toolchain.dev import tree

# Per cent of the lines below a folder that must be covered.
LEAST = {"net/tcp/": 90, "net/wire/": 95}

MEASURED = "^//(apps|boards|drivers|kernel|net)[/:]"


def measured(patterns):
    """The filter for what is instrumented: the folders of `patterns`, or all."""
    folders = [pattern.removeprefix("//").split(":")[0].removesuffix("...").rstrip("/") for pattern in patterns]
    return MEASURED if not all(folders) or not folders else f"^//({'|'.join(folders)})[/:]"


def parse(report):
    """{source: {line: times run}} of an lcov report; the same source may come many times."""
    files, lines = {}, {}
    for row in report.splitlines():
        kind, _, rest = row.partition(":")
        if kind == "SF":
            lines = files.setdefault(rest, {})
        elif kind == "DA":
            line, times = rest.split(",")[:2]
            lines[int(line)] = lines.get(int(line), 0) + int(times)
    return files


def table(files):
    """The rows to print: covered and all lines of each source that is ours, and of all."""
    rows, covered_lines, all_lines = [], 0, 0
    for path, lines in sorted(files.items()):
        if path.startswith(("external/", "/")) or path.endswith("_test.cc"):
            continue
        covered = sum(1 for times in lines.values() if times)
        rows.append((path, covered, len(lines)))
        covered_lines, all_lines = covered_lines + covered, all_lines + len(lines)
    rows.append(("all", covered_lines, all_lines))
    return [f"{100 * covered / max(total, 1):6.1f} %  {covered:5}/{total:<5}  {path}" for path, covered, total in rows]


def shortfalls(files):
    """A sentence for each folder of LEAST that was measured and has less."""
    found = []
    for folder, least in LEAST.items():
        ours = [lines for path, lines in files.items() if path.startswith(folder) and "_test." not in path and "/testing/" not in path]
        total = sum(len(lines) for lines in ours)
        covered = sum(1 for lines in ours for times in lines.values() if times)
        if 100 * covered < least * total:
            found.append(f"{folder}: {100 * covered / total:.1f} % of the lines are covered, not {least} %")
    return found


def merged(files):
    """The lcov form of `files`."""
    parts = []
    for path, lines in sorted(files.items()):
        parts += [f"SF:{path}", *(f"DA:{line},{times}" for line, times in sorted(lines.items())), "end_of_record"]
    return "\n".join(parts) + "\n"


def bazel(*arguments):
    """What bazel prints. Ends this program when bazel fails, which has said why."""
    result = subprocess.run(["bazel", *arguments], cwd=tree.root(), check=False, text=True, stdout=subprocess.PIPE)
    return result.stdout if result.returncode == 0 else sys.exit(result.returncode)


def main():
    targets = " + ".join(sys.argv[1:] or ["//..."])
    tests = bazel("query", f'kind("cc_test rule", {targets})', "--ui_event_filters=-info", "--noshow_progress").split()
    if not tests:
        sys.exit("no cc_test there")
    bazel("coverage", "--combined_report=lcov", "--experimental_generate_llvm_lcov",
          f"--instrumentation_filter={measured(sys.argv[1:])}", *tests)
    report = os.path.join(bazel("info", "output_path").strip(), "_coverage", "_coverage_report.dat")
    with open(report, encoding="utf-8") as file:
        files = parse(file.read())
    print("\n".join(table(files)))
    target = tree.root() / "coverage" / "lcov.info"
    target.parent.mkdir(exist_ok=True)
    target.write_text(merged(files))
    print(target)
    if shortfalls(files):
        sys.exit("\n".join(shortfalls(files)))


if __name__ == "__main__":
    main()
