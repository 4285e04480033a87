"""A Bazel of its own for a test: another output base, another checkout, the same downloads.

Such a test reads the source tree it was built from (through the link that Bazel leaves in the runfiles), so it runs
without a sandbox; its data lists what decides its result, so that a cached result stays true.
"""

import json
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile


def source_tree():
    """The checkout that this test was built from."""
    return pathlib.Path("WORKSPACE").resolve().parent


def home_cache(name):
    """A folder of the user's Enkel caches, as .bazelrc names them."""
    return pathlib.Path(pwd.getpwuid(os.getuid()).pw_dir, ".cache", "enkel", name)


def copy_tree(destination):
    """Copies the checkout, without what Bazel and git keep in it."""
    shutil.copytree(source_tree(), destination, symlinks=True, ignore=shutil.ignore_patterns("bazel-*", ".git", ".cache"))


class Bazel:
    """Runs Bazel in `workspace`, with an output base below `root`. A context manager: ends its server."""

    def __init__(self, workspace, root, environment=None):
        self._workspace = pathlib.Path(workspace)
        self._startup = [f"--output_user_root={root}"]
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "RUNFILES_", "BAZEL"))}
        self._environment = inherited | {"HOME": pwd.getpwuid(os.getuid()).pw_dir, "USER": "enkel"} | (environment or {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.run("shutdown")

    def run(self, command, *arguments, check=True):
        """Runs one Bazel command; returns its output. Ends the test with that output when it fails."""
        if command in ("build", "run", "test"):
            arguments = (f"--repository_cache={home_cache('repository')}", *arguments)
        result = subprocess.run(
            ["bazel", *self._startup, command, *arguments],
            cwd=self._workspace,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if check and result.returncode:
            print(result.stdout[-20000:])
            sys.exit(f"bazel {command} {' '.join(arguments)} ended with {result.returncode}")
        return result.stdout


def executed_actions(path):
    """The entries of a --execution_log_json_file: concatenated JSON objects."""
    decoder, text, position, entries = json.JSONDecoder(), pathlib.Path(path).read_text(encoding="utf-8"), 0, []
    while position < len(text):
        entry, position = decoder.raw_decode(text, position)
        entries.append(entry)
        while position < len(text) and text[position].isspace():
            position += 1
    return entries


def scratch():
    """A folder for this test, with a short path (Bazel's own sockets and sandboxes live below it)."""
    return tempfile.TemporaryDirectory(prefix="enkel", dir=os.environ.get("TEST_TMPDIR"))
