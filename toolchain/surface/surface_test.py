"""Tests of surface.py and golden.py on a map and a graph of a few nodes."""

import unittest

import golden
import surface

_MAP = """             VMA              LMA     Size Align Out     In      Symbol
           80000            80000       20     1         bazel-out/x/bin/boards/rpi3/libentry.lo(entry.o):(.head)
           80000            80000       20     1                 _start
           80020            80020       10     4         bazel-out/x/bin/apps/hello/libprogram.lo(main.o):(.text.main)
           80030            80030        8     4         bazel-out/x/bin/kernel/libc/libfile.a(file.o):(.text.sys_write)
           80040            80040       40     4         bazel-out/x/bin/drivers/uart/pl011/libpl011.a(pl011.o):(.text.Write)
           80080            80080       40     4         bazel-out/x/bin/toolchain/libc/libmusl_aarch64.a(puts.o):(.text.puts)
           800c0            800c0        8     4         bazel-out/x/bin/kernel/panic/libcrash_record.a(crash_record.o):(.text.Parse)
           800d0            800d0        8     4         bazel-out/x/bin/kernel/panic/libpanic.a(panic.o):(.text.Panic)
           800e0            800e0        8     4         bazel-out/x/bin/external/com_google_absl/absl/liba.a(a.o):(.text.a)
           800f0            800f0        0     4         bazel-out/x/bin/kernel/event/libempty.a(empty.o):(.text)
               0                0       40     1         bazel-out/x/bin/kernel/boot/libboot.a(main.o):(.debug_line)
"""


class SurfaceTest(unittest.TestCase):
    def setUp(self):
        self.nodes = surface.read_map(_MAP.splitlines())
        edges = [(0x80004, 0x80020), (0x80024, 0x80080), (0x80084, 0x80030), (0x80030, 0x80044), (0x80044, 0x80030)]
        self.graph = surface.Graph(self.nodes, 0x80000, edges)
        self.items = surface.items_of(self.graph)

    def test_only_what_has_bytes_in_the_image_is_read_from_the_map(self):
        self.assertEqual(len(self.nodes), 8)
        self.assertEqual(self.nodes[0].path, "boards/rpi3/libentry.lo")

    def test_each_has_its_kind(self):
        self.assertEqual(
            set(self.items),
            {
                ("board", "boards/rpi3"),
                ("program", "apps/hello"),
                ("kernel", "kernel/libc"),
                ("system call", "write"),
                ("driver", "drivers/uart/pl011"),
                ("library", "musl"),
                ("parser", "kernel/panic/crash_record"),
                ("kernel", "kernel/panic"),
                ("library", "com_google_absl"),
            },
        )

    def test_the_network_is_parsers_of_formats_and_protocols(self):
        kinds = [
            surface.classify(surface.Node(0, 4, f"{folder}/lib{name}.a", f"{name}.o", ".text.f"))
            for folder, name in [("net/wire", "ipv4"), ("net/wire", "dns"), ("net/tcp", "connection"), ("net/dhcp", "client")]
        ]
        self.assertEqual(
            kinds,
            [("parser", "net/wire/ipv4"), ("parser", "net/wire/dns"), ("protocol", "net/tcp"), ("protocol", "net/dhcp")],
        )

    def test_why_is_the_way_from_the_entry(self):
        size, way = self.items[("driver", "drivers/uart/pl011")]
        self.assertEqual(size, 0x40)
        self.assertEqual(way, ["entry.o:.head", "main", "puts", "sys_write", "Write"])

    def test_what_nothing_refers_to_has_no_way(self):
        self.assertEqual(self.items[("kernel", "kernel/panic")][1], [])

    def test_golden_lines_are_names_only_and_differences_are_told(self):
        lines = golden.lines_of("\n".join(surface.report(self.items, "rpi3")), "rpi3")
        self.assertIn("rpi3  system call  write", lines)
        self.assertEqual(len(lines), 5)
        text = golden.update("pc  driver  drivers/x\nrpi3  driver  drivers/old\n", "rpi3", lines)
        self.assertIn("\npc  driver  drivers/x\n", text)
        self.assertEqual(golden.differences(text, "rpi3", lines), [])
        self.assertEqual(
            golden.differences(text.replace("call  write", "call  read"), "rpi3", lines),
            ["new:  rpi3  system call  write", "gone: rpi3  system call  read"],
        )


if __name__ == "__main__":
    unittest.main()
