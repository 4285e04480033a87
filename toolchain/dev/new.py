#!/usr/bin/python3
"""Starts a new app, driver or board that builds and passes its tests from the start.

  ./bazelw run //toolchain/dev:new -- app NAME
  ./bazelw run //toolchain/dev:new -- driver CLASS/NAME           for example uart/pl011
  ./bazelw run //toolchain/dev:new -- board NAME [--like BOARD]   starts as a copy of BOARD (virt)

NAME is lower case, with digits and underscores. Nothing that exists is overwritten.
"""

import argparse
import pathlib
import re
import sys

from toolchain.dev import tree

TEMPLATES = pathlib.Path(__file__).parent / "templates"
NAME = r"[a-z][a-z0-9_]*"


class Refused(Exception):
    """What was asked for cannot be made; the message says why."""


def check_name(name, pattern=NAME):
    if not re.fullmatch(pattern, name):
        raise Refused(f"{name} is no name: it must match {pattern}")
    return name


def camel_case(name):
    return "".join(part.capitalize() for part in name.split("_"))


def fill(template, values):
    """The template's text with each @KEY@ replaced."""
    return re.sub(r"@([A-Z]+)@", lambda match: values[match[1]], template.read_text())


def write(top, folder, files):
    """Writes {name: text} into the new folder `folder` of the tree `top`; the paths written."""
    target = top / folder
    if target.exists():
        raise Refused(f"{folder} exists already")
    for name, text in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text)
    return [f"{folder}/{name}" for name in files]


def new_app(top, name):
    values = {"NAME": check_name(name)}
    names = ["BUILD.bazel", "README.md", "main.cc"]
    written = write(top, f"apps/{name}",
                    {file: fill(TEMPLATES / "app" / f"{file}.template", values) for file in names})
    return written, [
        f"./bazelw run //apps/{name}:virt.qemu   boots it",
        f"./bazelw test //apps/{name}:all        runs its tests",
        f"apps/{name}/README.md                  say what it is for",
    ]


def new_driver(top, path):
    kind, name = check_name(path, f"{NAME}/{NAME}").split("/")
    folder = f"drivers/{kind}/{name}"
    values = {
        "CLASS": kind,
        "GUARD": "ENKEL_" + f"{folder}/{name}_H_".replace("/", "_").upper(),
        "HEADER": f"{folder}/{name}.h",
        "NAME": name,
        "TYPE": camel_case(name),
    }
    files = {"BUILD.bazel": "BUILD.bazel", "README.md": "README.md", f"{name}.h": "driver.h",
             f"{name}_test.cc": "driver_test.cc"}
    written = write(top, folder, {file: fill(TEMPLATES / "driver" / f"{template}.template", values)
                                  for file, template in files.items()})
    return written, [
        f"./bazelw test //{folder}:all   runs its tests",
        "docs/references.md   a key for the manual; cite it in the header",
        "boards/BOARD/        one line that gives the driver its registers",
    ]


def new_board(top, name, model):
    check_name(name)
    source = top / "boards" / check_name(model)
    if not (source / "BUILD.bazel").is_file():
        raise Refused(f"there is no board {model}")
    registry = top / "boards" / "boards.bzl"
    entry = re.search(rf'^.*"//boards/{model}:{model}".*$', registry.read_text(), re.MULTILINE)
    if not entry:
        raise Refused(f"boards/boards.bzl has no line with //boards/{model}:{model}")

    def renamed(text):
        # What follows -M is the emulator's name of its machine, and stays.
        parts = re.split(r'("-M",\s*"[^"]*")', text)
        for index in range(0, len(parts), 2):
            part = re.sub(rf"(?<![A-Za-z0-9]){model}(?![A-Za-z0-9])", name, parts[index])
            parts[index] = re.sub(rf"(?<![A-Z0-9]){model.upper()}(?![A-Z0-9])", name.upper(), part)
        return "".join(parts)

    files = {path.relative_to(source).as_posix(): renamed(path.read_text())
             for path in sorted(source.rglob("*")) if path.is_file()}
    written = write(top, f"boards/{name}", files)
    registry.write_text(registry.read_text().replace(entry[0], f"{entry[0]}\n{renamed(entry[0])}", 1))
    written.append("boards/boards.bzl")
    # Each budget wants a line for each board: MODEL's, until there is something to measure.
    for budget in sorted(path for folder in ("apps", "testing") for path in (top / folder).rglob("budget.txt")):
        text = re.sub(rf"^{model}( .*)$", rf"{model}\1\n{name}\1", budget.read_text(), flags=re.MULTILINE)
        if text != budget.read_text():
            budget.write_text(text)
            written.append(budget.relative_to(top).as_posix())
    return written, [
        f"./bazelw run //apps/hello:{name}.qemu   boots hello on it, on {model}'s emulated machine for now",
        f"boards/{name}/                          now make its facts the new board's; docs/porting/board.md says which",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=tree.root(), help="the tree to write into")
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("app").add_argument("name")
    kinds.add_parser("driver").add_argument("name", metavar="CLASS/NAME")
    board = kinds.add_parser("board")
    board.add_argument("name")
    board.add_argument("--like", default="virt", metavar="BOARD")
    arguments = parser.parse_args()
    try:
        if arguments.kind == "app":
            written, following = new_app(arguments.root, arguments.name)
        elif arguments.kind == "driver":
            written, following = new_driver(arguments.root, arguments.name)
        else:
            written, following = new_board(arguments.root, arguments.name, arguments.like)
    except Refused as reason:
        sys.exit(f"new: {reason}")
    print("wrote", *written, sep="\n  ")
    print("next", *following, sep="\n  ")


if __name__ == "__main__":
    main()
