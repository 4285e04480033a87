#!/usr/bin/python3
"""Writes compile_commands.json, from which clangd and other tools learn how each source is compiled.

  ./bazelw run //toolchain/dev:compile_commands                 for //...
  ./bazelw run //toolchain/dev:compile_commands -- //apps/...   for some targets and all that they need

The commands are those of Bazel's own compile actions, behind platform transitions too. A source that is compiled for
several boards appears once: as for aarch64 if it is, else x86_64, else the host. Generated headers are found after a
build of the same targets. Run it again when a source was added or a BUILD file changed.
"""

import json
import os
import re
import subprocess
import sys

from toolchain.dev import tree

# A path below external/ at the start of an argument, or behind the flag that it is glued to.
EXTERNAL = re.compile(r"^((?:-I|-iquote|-isystem|-[\w-]+=)?)external/")
SOURCE = re.compile(r"\.(?:c|cc|S)$")
PREFERENCE = ["--target=aarch64-linux-musl", "--target=x86_64-linux-musl"]


def query(targets):
    """Bazel's compile actions of `targets` and all below them, as the JSON form of analysis.proto."""
    expression = f'mnemonic("CppCompile", deps({" + ".join(targets)}))'
    command = ["bazel", "aquery", "--output=jsonproto", "--include_artifacts=false", "--ui_event_filters=-info",
               "--noshow_progress", expression]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=tree.root()).stdout)


def bazel_info(key):
    return subprocess.run(["bazel", "info", key], check=True, stdout=subprocess.PIPE, text=True,
                          cwd=tree.root()).stdout.strip()


def rank(arguments):
    """Lower is better."""
    return next((place for place, flag in enumerate(PREFERENCE) if flag in arguments), len(PREFERENCE))


def source_of(arguments):
    """The file that a compile command compiles: what follows -c."""
    after = arguments[arguments.index("-c") + 1:] if "-c" in arguments else []
    return after[0] if after and SOURCE.search(after[0]) else None


def entries(actions, root, external):
    """The entries of compile_commands.json. `external` is the folder of Bazel's external repositories."""
    best = {}
    for action in actions:
        arguments = action.get("arguments", [])
        source = source_of(arguments)
        if source and (source not in best or rank(arguments) < rank(best[source])):
            best[source] = arguments
    found = []
    for source, arguments in sorted(best.items()):
        # The tree itself has no folder external/: it lies in Bazel's output base.
        arguments = [EXTERNAL.sub(rf"\1{external}/", argument) for argument in arguments]
        found.append({"directory": root, "file": EXTERNAL.sub(rf"\1{external}/", source), "arguments": arguments})
    return found


def main():
    root = str(tree.root())
    external = os.path.join(bazel_info("output_base"), "external")
    found = entries(query(sys.argv[1:] or ["//..."]).get("actions", []), root, external)
    path = os.path.join(root, "compile_commands.json")
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
    os.replace(path + ".new", path)
    print(f"{path}: {len(found)} sources")
    print(f"clangd 19 for your editor: {external}/llvm/bin/clangd")


if __name__ == "__main__":
    main()
