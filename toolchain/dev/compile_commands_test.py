"""compile_commands.py picks one command a source and makes its paths ones that clangd can open."""

import unittest

from toolchain.dev import compile_commands


def action(source, *flags):
    return {"arguments": ["external/llvm/bin/clang", *flags, "-c", source, "-o", "bazel-out/x/" + source + ".o"]}


def entries(*actions):
    return compile_commands.entries(actions, "/tree", "/base/external")


class CompileCommands(unittest.TestCase):

    def test_prefers_aarch64_then_x86_64_then_the_host(self):
        host, pc, rpi3 = (action("a.cc", flag) for flag in
                          ("--target=x86_64-linux-gnu", "--target=x86_64-linux-musl", "--target=aarch64-linux-musl"))
        self.assertIn("--target=aarch64-linux-musl", entries(host, rpi3, pc)[0]["arguments"])
        self.assertIn("--target=x86_64-linux-musl", entries(host, pc)[0]["arguments"])
        self.assertEqual(len(entries(host, rpi3, pc)), 1)

    def test_points_external_paths_into_the_output_base(self):
        entry, = entries(action("external/absl/a.cc", "-isystem", "external/llvm/include", "-Iexternal/absl",
                                "-iquote", "bazel-out/bin/external/absl", "--sysroot=external/sysroot"))
        self.assertEqual(entry["file"], "/base/external/absl/a.cc")
        self.assertEqual(entry["arguments"][:7], [
            "/base/external/llvm/bin/clang", "-isystem", "/base/external/llvm/include", "-I/base/external/absl",
            "-iquote", "bazel-out/bin/external/absl", "--sysroot=/base/external/sysroot"])

    def test_ignores_actions_that_compile_no_source(self):
        self.assertEqual(entries({"arguments": ["ld", "a.o"]}, {}, action("a.h")), [])


if __name__ == "__main__":
    unittest.main()
