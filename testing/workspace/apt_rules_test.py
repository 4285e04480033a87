#!/usr/bin/python3
"""The repository rules of toolchain/apt.bzl, in a workspace of their own with an apt of our making: no network.

A tiny package is made here; the fake apt-get serves it and writes down each call.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import nested_bazel

_FAKE_APT_GET = """#!/bin/bash
echo "apt-get $*" >> "$FAKE_APT/calls"
case " $* " in
  *" download "*) cp "$FAKE_APT/greeting.deb" ./greeting_1.0-1_all.deb ;;
  *" source "*) cp "$FAKE_APT/greeting_1.0.orig.tar.gz" . ;;
esac
"""

_FAKE_APT_CACHE = """#!/bin/bash
case " $* " in
  *" greeting=1.0-1 "*) echo "Version: 1.0-1" ;;
  *" showsrc greeting "*)
    echo "Version: 1.0-1"
    seq 200000  # the real one says much more than a pipe holds
    ;;
  *) exit 100 ;;
esac
"""

_WORKSPACE = """
load("//toolchain:apt.bzl", "debian_binary", "debian_source")
debian_binary(
    name = "greeting",
    packages = {{"greeting": ["{version}", "all", "{sha256}"]}},
    build_file = "//toolchain:greeting.BUILD",
)
debian_source(
    name = "greeting_source",
    package = "greeting",
    version = "{version}",
    files = {{"greeting_1.0.orig.tar.gz": "{source_sha256}"}},
    build_file = "//toolchain:greeting_source.BUILD",
)
"""


class AptRulesTest(unittest.TestCase):
    def setUp(self):
        scratch = nested_bazel.scratch()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.fake = self.folder / "fake"
        self.fake.mkdir()
        for name, text in (("apt-get", _FAKE_APT_GET), ("apt-cache", _FAKE_APT_CACHE)):
            (self.fake / name).write_text(text)
            (self.fake / name).chmod(0o755)
        self.package = self.make_package()
        self.source_sha256 = self.make_source()
        self.sha256 = hashlib.sha256(self.package.read_bytes()).hexdigest()
        self.workspace = self.folder / "workspace"
        rules = self.workspace / "toolchain"
        rules.mkdir(parents=True)
        (rules / "BUILD.bazel").write_text("")
        (rules / "greeting.BUILD").write_text('exports_files(["root/usr/share/greeting"])\n')
        (rules / "greeting_source.BUILD").write_text('exports_files(["greeting.c"])\n')
        for name in ("apt.bzl", "apt_fetch.sh"):
            shutil.copy(nested_bazel.source_tree() / "toolchain" / name, rules / name)
        self.pin(self.sha256)

    def make_package(self):
        root = self.folder / "package"
        (root / "DEBIAN").mkdir(parents=True)
        (root / "usr" / "share").mkdir(parents=True)
        (root / "usr" / "share" / "greeting").write_text("hello\n")
        (root / "DEBIAN" / "control").write_text(
            "Package: greeting\nVersion: 1.0-1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: a test\n"
        )
        package = self.fake / "greeting.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, package], check=True, stdout=subprocess.DEVNULL)
        return package

    def make_source(self):
        folder = self.folder / "greeting-1.0"
        folder.mkdir()
        (folder / "greeting.c").write_text("int greeting;\n")
        archive = self.fake / "greeting_1.0.orig.tar.gz"
        subprocess.run(["tar", "-czf", archive, "-C", self.folder, folder.name], check=True)
        return hashlib.sha256(archive.read_bytes()).hexdigest()

    def pin(self, sha256, version="1.0-1"):
        text = _WORKSPACE.format(sha256=sha256, source_sha256=self.source_sha256, version=version)
        (self.workspace / "WORKSPACE").write_text(text)

    def fetch(self, *flags, target="@greeting//:root/usr/share/greeting"):
        """Fetches the repository; returns Bazel's output and the calls of apt-get."""
        (self.fake / "calls").unlink(missing_ok=True)
        environment = {
            "ENKEL_APT_STATE": str(self.folder / "state"),
            "FAKE_APT": str(self.fake),
            "PATH": f"{self.fake}:{os.environ['PATH']}",
        }
        # A new output base each time: only Bazel's caches may know the package.
        self.bases = getattr(self, "bases", 0) + 1
        with nested_bazel.Bazel(self.workspace, self.folder / f"root{self.bases}", environment) as bazel:
            arguments = [f"--repository_cache={self.folder / 'cache'}", *flags, target]
            output = bazel.run("build", *arguments, check=False)
        calls = (self.fake / "calls").read_text() if (self.fake / "calls").exists() else ""
        return output, calls

    def test_a_pinned_package_comes_from_apt_once_and_then_from_the_repository_cache(self):
        output, calls = self.fetch()
        self.assertIn("Build completed successfully", output)
        self.assertIn("download greeting=1.0-1", calls)
        output, calls = self.fetch()
        self.assertIn("Build completed successfully", output)
        self.assertEqual(calls, "")

    def test_a_source_package_comes_from_apt(self):
        output, calls = self.fetch(target="@greeting_source//:greeting.c")
        self.assertIn("Build completed successfully", output)
        self.assertIn("source --download-only greeting=1.0-1", calls)

    def test_a_package_in_the_distdir_needs_no_apt(self):
        distdir = self.folder / "distdir"
        distdir.mkdir()
        shutil.copy(self.package, distdir / "greeting_1.0-1_all.deb")
        output, calls = self.fetch(f"--distdir={distdir}")
        self.assertIn("Build completed successfully", output)
        self.assertEqual(calls, "")

    def test_a_wrong_hash_is_refused_and_named(self):
        self.pin("0" * 64)
        output, _ = self.fetch()
        self.assertNotIn("Build completed successfully", output)
        self.assertIn("greeting 1.0-1: greeting_1.0-1_all.deb does not have the sha256", output)

    def test_a_version_that_is_gone_names_the_package_and_the_command(self):
        self.pin(self.sha256, version="0.9-1")
        output, calls = self.fetch()
        self.assertNotIn("Build completed successfully", output)
        self.assertIn("does not offer greeting 0.9-1", output)
        self.assertIn("./bazelw run //toolchain:bump_pin -- greeting", output)
        self.assertIn("update", calls)


if __name__ == "__main__":
    if not shutil.which("dpkg-deb"):
        sys.exit("dpkg-deb is missing: this is no Debian machine")
    unittest.main()
