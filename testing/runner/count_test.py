"""Counts guests of known length under the real QEMU.

Arguments: count_instructions.so, qemu-system-x86_64, qemu-system-aarch64.
"""

import os
import pathlib
import sys
import tempfile
import unittest

import board_spec
import count
import symbols
import tiny_guest

PLUGIN, QEMU_X86_64, QEMU_AARCH64 = (os.path.abspath(path) for path in sys.argv[1:4])
_PATIENCE = 120  # seconds

# mov; 1000 times dec, jnz; cld, xor, mov, mov; rep stosb: each iteration, and the look that finds the counter zero
_X86_COUNT = 1 + 2 * 1000 + 4 + 100 + 1
# mov; 1000 times subs, b.ne; nop
_AARCH64_COUNT = 1 + 2 * 1000 + 1

_X86_ARGUMENTS = ["-nodefaults", "-no-user-config", "-display", "none", "-m", "32", "-no-reboot", "-kernel", "{image}"]
_X86_EXIT = ["-device", "isa-debug-exit,iobase=0xf4,iosize=1"]


def spec(argv, count_argv):
    statuses = {"zero": 33, "nonzero": 35, "panic": 35}
    return board_spec.parse({"board": "tiny", "argv": argv, "exit_status": statuses, "count": {"argv": count_argv}})


class CountTest(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.addCleanup(self._directory.cleanup)

    def write(self, name, data):
        path = pathlib.Path(self._directory.name, name)
        path.write_bytes(data)
        return str(path)

    def x86(self, head=tiny_guest.X86_LOOP):
        data = tiny_guest.elf(tiny_guest.EM_X86_64, 0x100000, head, tiny_guest.X86_MAIN, has_pvh_note=True)
        return self.write("x86.elf", data)

    def count(self, argv, count_argv, image, elf=None, timeout=_PATIENCE, to="main"):
        return count.count(spec(argv, count_argv), image, elf or image, PLUGIN, timeout, to)

    def count_x86(self, machine, count_argv, **more):
        argv = [QEMU_X86_64, "-accel", "tcg", "-M", *machine, *_X86_ARGUMENTS, *_X86_EXIT]
        return self.count(argv, count_argv, self.x86(), **more)

    def test_counts_on_microvm_with_and_without_icount(self):
        self.assertEqual(self.count_x86(["microvm"], []), _X86_COUNT)
        self.assertEqual(self.count_x86(["microvm"], ["-icount", "shift=0"]), _X86_COUNT)

    def test_counts_on_q35_without_the_firmware(self):
        self.assertEqual(self.count_x86(["q35", "-bios", "qboot.rom"], ["-icount", "shift=0"]), _X86_COUNT)
        self.assertEqual(self.count_x86(["q35"], ["-icount", "shift=0"]), _X86_COUNT)

    def test_counts_on_virt(self):
        data = tiny_guest.elf(tiny_guest.EM_AARCH64, 0x40080000, tiny_guest.AARCH64_LOOP, tiny_guest.AARCH64_MAIN)
        argv = [QEMU_AARCH64, "-accel", "tcg", "-M", "virt", "-cpu", "cortex-a53", "-m", "64", "-nodefaults"]
        argv += ["-display", "none", "-kernel", "{image}", "-d", "unimp", "-D", "{workdir}/qemu.log"]
        image = self.write("virt.elf", data)
        self.assertEqual(self.count(argv, ["-icount", "shift=4,sleep=off"], image), _AARCH64_COUNT)
        self.assertEqual(self.count(argv, [], image), _AARCH64_COUNT)

    def test_counts_only_the_first_of_four_cores_on_raspi3b(self):
        head, main = tiny_guest.AARCH64_LOOP, tiny_guest.AARCH64_MAIN
        elf = self.write("rpi3.elf", tiny_guest.elf(tiny_guest.EM_AARCH64, 0x80000, head, main))
        argv = [QEMU_AARCH64, "-accel", "tcg,thread=single", "-M", "raspi3b", "-display", "none", "-monitor", "none"]
        argv += ["-serial", "null", "-kernel", "{image}"]
        icount = ["-icount", "shift=4,sleep=off"]
        self.assertEqual(self.count(argv, icount, self.write("kernel8.img", head + main), elf), _AARCH64_COUNT)
        # An ELF file starts all four cores at its entry.
        self.assertEqual(self.count(argv, icount, elf), _AARCH64_COUNT)

    def test_a_target_that_is_not_reached_is_an_error(self):
        argv = [QEMU_X86_64, "-accel", "tcg", "-M", "microvm", *_X86_ARGUMENTS, *_X86_EXIT]
        # Ends by itself before main: mov $16,%al; out %al,$0xf4.
        image = self.x86(head=tiny_guest.X86_MAIN)
        with self.assertRaisesRegex(count.CountError, "ended before main was reached: .*never reached 0x100007 after"):
            self.count(argv, [], image)

    def test_a_hang_before_the_target_is_an_error(self):
        data = tiny_guest.elf(tiny_guest.EM_AARCH64, 0x40080000, tiny_guest.AARCH64_MAIN, tiny_guest.AARCH64_MAIN)
        argv = [QEMU_AARCH64, "-accel", "tcg", "-M", "virt", "-cpu", "cortex-a53", "-nodefaults", "-display", "none"]
        with self.assertRaisesRegex(count.CountError, "main was not reached within 2 s"):
            self.count([*argv, "-kernel", "{image}"], [], self.write("hang.elf", data), timeout=2)

    def test_a_missing_symbol_is_an_error(self):
        with self.assertRaisesRegex(symbols.ElfError, "has 0 symbols named nowhere"):
            self.count_x86(["microvm"], [], to="nowhere")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
