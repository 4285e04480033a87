"""The files of this checkout, for tools that look at all of them."""

import os
import pathlib
import subprocess


def root():
    """The checkout that `bazel run` was started in, else the current folder."""
    return pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", os.getcwd()))


def files(top):
    """Paths below `top`, relative to it, of all files that git tracks or would track, sorted."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=top,
                             check=True, capture_output=True).stdout.decode()
    return sorted({path for path in listing.split("\0") if path and (top / path).is_file()})
