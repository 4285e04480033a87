#!/usr/bin/python3
"""Checks that need no compiler, over every file that git knows; a few seconds.

  ./bazelw run //toolchain/dev:lint        says what is wrong, exits 1 when anything is
  ./bazelw run //toolchain/dev:format      mends what the formatters can mend

  format       C and C++ as .clang-format says
  buildifier   BUILD files and Starlark, formatted and without warnings
  guards       header guards are ENKEL_PATH_H_
  references   each manual cited as [KEY] stands in docs/references.md, and each key there is cited
  links        relative links of Markdown files lead to files
  hops         each `file: function` of docs/life_of_*.md is there
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

from toolchain.dev import hops
from toolchain.dev import tree

REFERENCES = "docs/references.md"


def is_cc(path):
    return path.endswith((".h", ".cc", ".c"))


def is_starlark(path):
    return path.endswith((".bzl", ".BUILD", ".bazel")) or os.path.basename(path) == "WORKSPACE"


def run_formatter(command, top, paths):
    """Runs a formatter over `paths`; its complaints, if any."""
    if not paths:
        return []
    result = subprocess.run([*command, *paths], cwd=top, text=True, capture_output=True, check=False)
    output = (result.stdout + result.stderr).strip()
    return [output] if result.returncode else []


UNFORMATTED = re.compile(r"^(\S+):\d+:\d+: error: code should be clang-formatted", re.MULTILINE)


def check_format(top, paths, clang_format, fix):
    mode = ["-i"] if fix else ["--dry-run", "-Werror", "--ferror-limit=1"]
    problems = run_formatter([clang_format, "--style=file", *mode], top, [path for path in paths if is_cc(path)])
    files = [path for problem in problems for path in UNFORMATTED.findall(problem)]
    return [f"{path}: ./bazelw run //toolchain/dev:format" for path in files] or problems


# Bazel 4.2.3 has these rules and symbols built in, and a docstring of one sentence is enough here.
UNWANTED_WARNINGS = ["function-docstring-args", "function-docstring-return", "native-cc-common", "native-cc-info",
                     "native-cc-toolchain", "native-py", "native-sh-binary", "native-sh-test", "unnamed-macro"]


def check_buildifier(top, paths, buildifier, fix):
    mode = ["-mode=fix", "-lint=off"] if fix else ["-mode=check", "-lint=warn"]
    warnings = "-warnings=" + ",".join("-" + name for name in UNWANTED_WARNINGS)
    return run_formatter([buildifier, *mode, warnings], top, [path for path in paths if is_starlark(path)])


def check_guards(top, paths):
    """C headers of the musl overlay replace musl's own, so that they keep its guards."""
    problems = []
    for path in paths:
        if not path.endswith(".h") or path.startswith("toolchain/libc/overlay/"):
            continue
        guard = "ENKEL_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"
        text = (top / path).read_text()
        wanted = [f"#ifndef {guard}\n#define {guard}\n", f"#endif  // {guard}\n"]
        if not all(part in text for part in wanted):
            problems.append(f"{path}: the header guard must be {guard}")
    return problems


# A capital first and two characters at least, so that [M] and [first, last) are not keys, nor is table[Index].
CITATION = re.compile(r"(?<!\w)\[([A-Z][A-Za-z0-9 .+-]*[A-Za-z0-9+])\]")
KEY_ROW = re.compile(r"^\| \[([^\]]+)\] \|", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def citations(text):
    """The keys that the comments of a C, C++ or assembly file cite."""
    return {key for comment in COMMENT.findall(text) for key in CITATION.findall(comment)}


def check_references(top, paths):
    if REFERENCES not in paths:
        return [f"{REFERENCES} is missing"]
    known = set(KEY_ROW.findall((top / REFERENCES).read_text()))
    cited, problems = set(), []
    for path in paths:
        if path.endswith((".h", ".cc", ".c", ".S", ".inc", ".ld")):
            keys = citations((top / path).read_text())
            cited |= keys
            problems += [f"{path}: [{key}] is not in {REFERENCES}" for key in sorted(keys - known)]
    return problems + [f"{REFERENCES}: nothing cites [{key}]" for key in sorted(known - cited)]


LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def check_links(top, paths):
    problems = []
    for path in paths:
        if not path.endswith(".md"):
            continue
        for target in LINK.findall((top / path).read_text()):
            if "://" not in target and not (top / path).parent.joinpath(target).exists():
                problems.append(f"{path}: the link to {target} leads nowhere")
    return problems


def check_hops(top, paths):
    problems = []
    for path in paths:
        if hops.is_essay(path):
            read = lambda name: (top / name).read_text() if name in paths else None
            problems += [f"{path}: {problem}" for problem in hops.check((top / path).read_text(), read)]
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clang-format", required=True, type=pathlib.Path)
    parser.add_argument("--buildifier", required=True, type=pathlib.Path)
    parser.add_argument("--fix", action="store_true", help="let the formatters rewrite files")
    arguments = parser.parse_args()
    clang_format, buildifier = str(arguments.clang_format.absolute()), str(arguments.buildifier.absolute())
    top = tree.root()
    paths = tree.files(top)
    checks = {
        "format": lambda: check_format(top, paths, clang_format, arguments.fix),
        "buildifier": lambda: check_buildifier(top, paths, buildifier, arguments.fix),
    }
    if not arguments.fix:
        checks |= {
            "guards": lambda: check_guards(top, paths),
            "references": lambda: check_references(top, paths),
            "links": lambda: check_links(top, paths),
            "hops": lambda: check_hops(top, paths),
        }
    failed = False
    for name, check in checks.items():
        problems = check()
        print(f"{name}: ok" if not problems else f"{name}:")
        for problem in problems:
            print("  " + problem.replace("\n", "\n  "))
        failed = failed or bool(problems)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
