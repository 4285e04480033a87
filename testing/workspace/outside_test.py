#!/usr/bin/python3
import unittest

import outside


def action(*words, inputs=()):
    return {"commandArgs": list(words), "inputs": [{"path": path} for path in inputs]}


class OutsideTest(unittest.TestCase):
    def test_an_action_inside_the_build_reaches_for_nothing(self):
        compile_action = action(
            "external/llvm/bin/clang", "-isystem", "external/musl/sysroot/aarch64/include", "-D__DATE__=\"redacted\"",
            "-ffile-compilation-dir=.", "-c", "kernel/boot/main.cc", inputs=["kernel/boot/main.cc", "external/llvm/bin/clang"],
        )
        self.assertEqual(outside.paths(compile_action), [])

    def test_a_compiler_of_the_machine_is_seen(self):
        self.assertEqual(outside.paths(action("/usr/bin/gcc", "-c", "a.c")), ["/usr/bin/gcc"])

    def test_a_header_folder_is_seen_however_it_is_given(self):
        for words in (["-I/usr/include"], ["-isystem/usr/include"], ["-isystem", "/usr/include"], ["--sysroot=/usr/include"]):
            self.assertEqual(outside.paths(action("clang", *words)), ["/usr/include"], words)

    def test_a_library_behind_a_linker_option_is_seen(self):
        self.assertEqual(outside.paths(action("clang", "-Wl,-T,/usr/lib/x.ld")), ["/usr/lib/x.ld"])
        self.assertEqual(outside.paths(action("clang", "-L/lib64")), ["/lib64"])

    def test_an_absolute_input_is_seen(self):
        self.assertEqual(outside.paths(action("clang", inputs=["/usr/lib/libc.so"])), ["/usr/lib/libc.so"])

    def test_shells_and_the_interpreter_of_scripts_are_allowed(self):
        self.assertEqual(outside.paths(action("/bin/bash", "-c", "/usr/bin/python3")), [])


if __name__ == "__main__":
    unittest.main()
