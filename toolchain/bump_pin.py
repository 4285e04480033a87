#!/usr/bin/python3
"""Rewrites pins of toolchain/pins.bzl to what the package archive offers now.

  ./bazelw run //toolchain:bump_pin -- clang-19 musl     these packages, binary or source
  ./bazelw run //toolchain:bump_pin -- --all             every package
  ./bazelw run //toolchain:bump_pin -- --check           says which pins the archive no longer has; changes nothing

Versions come from the stable suite where it has the package (they stay for months), from the security suite else.
The sha256 values are those of the archive's signed indexes, as apt verified them. Look at the diff before you commit.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

BINARY = re.compile(r'^    "(?P<name>[^"]+)": \("(?P<version>[^"]+)", "(?P<arch>[^"]+)", "(?P<sha256>[0-9a-f]*)"\),')
SOURCE = re.compile(r'^    "(?P<name>[^"]+)": \("(?P<version>[^"]+)", \{$')
FILE = re.compile(r'^        "(?P<file>[^"]+)": "(?P<sha256>[0-9a-f]*)",$')


NATIVE = ("amd64", "all", "source")


def state_directory():
    explicit = os.environ.get("ENKEL_APT_STATE")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return explicit or os.path.join(cache, "enkel", "apt")


def lists_directory(architecture):
    """Where apt_fetch.sh keeps the package lists that have packages of `architecture`."""
    return os.path.join(state_directory(), "" if architecture in NATIVE else architecture)


def apt_cache(architecture, *arguments):
    environment = dict(os.environ, APT_CONFIG=os.path.join(lists_directory(architecture), "apt.conf"))
    return subprocess.run(["apt-cache", *arguments], env=environment, check=True, text=True,
                          capture_output=True).stdout


def refresh_lists(architecture):
    """Makes the private package lists and brings them up to date, by the script that the build uses too."""
    script = pathlib.Path(__file__).resolve().parent / "apt_fetch.sh"
    pathlib.Path(lists_directory(architecture), "refreshed").unlink(missing_ok=True)
    subprocess.run(["bash", str(script), state_directory(), architecture, "hostname", "none"], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stanzas(text):
    for block in text.split("\n\n"):
        fields, key = {}, None
        for line in block.splitlines():
            if line[:1] in (" ", "\t") and key:
                fields[key] += "\n" + line.strip()
            elif ":" in line:
                key, _, value = line.partition(":")
                fields[key] = value.strip()
        if fields:
            yield fields


def best_version(name, architecture):
    """The version of the stable suite's main, else the first (highest) that apt lists."""
    rows = [[cell.strip() for cell in line.split("|")] for line in apt_cache(architecture, "madison", name).splitlines()]
    is_source = architecture == "source"
    rows = [row for row in rows if len(row) == 3 and row[0] == name and row[2].endswith("Sources") == is_source]
    if not rows:
        return None
    stable = [row for row in rows if re.search(r"\sbookworm/main\s", row[2])]
    return (stable or rows)[0][1]


def binary_pin(name, architecture):
    version = best_version(name, architecture)
    for fields in stanzas(apt_cache(architecture, "show", f"{name}={version}")) if version else ():
        if fields.get("Version") == version:
            return f'    "{name}": ("{version}", "{fields["Architecture"]}", "{fields["SHA256"]}"),'
    return None


def source_pin(name, architecture):
    version = best_version(name, architecture)
    for fields in stanzas(apt_cache(architecture, "showsrc", name)) if version else ():
        if fields.get("Package") == name and fields.get("Version") == version:
            files = [row.split() for row in fields["Checksums-Sha256"].split("\n") if row.strip()]
            kept = [(file, sha) for sha, _, file in files if re.search(r"\.tar\.[a-z0-9]+$", file)]
            return "\n".join([f'    "{name}": ("{version}", {{',
                              *(f'        "{file}": "{sha}",' for file, sha in sorted(kept, reverse=True)), "    }),"])
    return None


def parse(text):
    """Yields (name, architecture or "source", version, first line, last line) of each pin."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if match := BINARY.match(line):
            yield match["name"], match["arch"], match["version"], index, index
        elif match := SOURCE.match(line):
            end = index + 1
            while FILE.match(lines[end]):
                end += 1
            yield match["name"], "source", match["version"], index, end


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    workspace = os.environ.get("BUILD_WORKSPACE_DIRECTORY", os.getcwd())
    path = pathlib.Path(workspace, "toolchain", "pins.bzl")
    text = path.read_text()
    pins = list(parse(text))
    unknown = set(arguments.packages) - {name for name, *_ in pins}
    if unknown:
        sys.exit(f"not pinned in {path}: {', '.join(sorted(unknown))}")
    if not (arguments.packages or arguments.all or arguments.check):
        parser.error("name packages, or --all, or --check")
    wanted = [pin for pin in pins if not arguments.packages or pin[0] in arguments.packages]
    for architecture in {lists_directory(pin[1]): pin[1] for pin in wanted}.values():
        refresh_lists(architecture)
    lines, gone, changed = text.split("\n"), [], []
    for name, architecture, version, first, last in reversed(wanted):
        new = (source_pin if architecture == "source" else binary_pin)(name, architecture)
        if new is None:
            gone.append(f"{name}: the archive has no version of it")
        elif new != "\n".join(lines[first:last + 1]):
            changed.append(f"{name}: {version} -> {new.split(chr(34))[3]}")
            lines[first:last + 1] = [new]
    for line in sorted(gone + changed):
        print(line)
    if arguments.check:
        sys.exit(1 if gone or changed else 0)
    path.write_text("\n".join(lines))
    if not changed:
        print("every pin is what the archive has")
    sys.exit(1 if gone else 0)


if __name__ == "__main__":
    main()
