#!/usr/bin/python3
"""A program in a workspace of its own uses the rules: it builds for two boards and runs on one."""

import pathlib
import re
import sys

import nested_bazel

_WORKSPACE = """
workspace(name = "my_device")

local_repository(
    name = "enkel",
    path = "{enkel}",
)

load("@enkel//toolchain:repositories.bzl", "enkel_repositories")

enkel_repositories()
"""

_BUILD = """
load("@enkel//toolchain:unikernel.bzl", "unikernel", "unikernel_test")

unikernel(
    name = "device",
    srcs = ["main.cc"],
    boards = [
        "@enkel//boards/linux",
        "@enkel//boards/pc",
    ],
    deps = [":greeting"],
)

cc_library(
    name = "greeting",
    srcs = ["greeting.cc"],
    hdrs = ["greeting.h"],
)

unikernel_test(
    name = "device_test",
    srcs = ["main.cc"],
    boards = ["@enkel//boards/pc"],
    expect_lines = ["hello from another workspace"],
    deps = [":greeting"],
)
"""

_FILES = {
    "BUILD.bazel": _BUILD,
    "greeting.h": "#pragma once\nconst char* Greeting();\n",
    "greeting.cc": '#include "greeting.h"\nconst char* Greeting() { return "hello from another workspace"; }\n',
    "main.cc": '#include <cstdio>\n#include "greeting.h"\nint main() { std::puts(Greeting()); }\n',
}


def first_block(bazelrc):
    """The flags that .bazelrc says an app's own workspace copies."""
    match = re.search(r"^# What the rules need\.\n(.*?)\n\n", bazelrc, re.MULTILINE | re.DOTALL)
    if not match:
        sys.exit(".bazelrc has no block '# What the rules need.'")
    return match[1] + "\n"


def main():
    with nested_bazel.scratch() as scratch:
        folder = pathlib.Path(scratch)
        app = folder / "app"
        app.mkdir()
        tree = nested_bazel.source_tree()
        (app / "WORKSPACE").write_text(_WORKSPACE.format(enkel=tree))
        (app / ".bazelrc").write_text(
            first_block((tree / ".bazelrc").read_text()) + f"build --disk_cache={nested_bazel.home_cache('disk')}\n"
        )
        for name, text in _FILES.items():
            (app / name).write_text(text)
        with nested_bazel.Bazel(app, folder / "root") as bazel:
            bazel.run("build", "//:linux")
            output = bazel.run("run", "//:linux.qemu")
            if "hello from another workspace" not in output:
                sys.exit(f"the program did not say hello:\n{output}")
            print(bazel.run("test", "//:device_test", "--test_output=all"))


if __name__ == "__main__":
    main()
