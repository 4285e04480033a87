#!/usr/bin/python3
import unittest

import elf_text


class ElfTextTest(unittest.TestCase):
    def test_a_system_call_is_found_with_its_function(self):
        text = "0000000000001000 <f(int)>:\n    1000: d4000001     \tsvc\t#0\n0000000000001004 <g>:\n    1004: d65f03c0\tret\n"
        self.assertEqual(elf_text.functions_that_enter_a_kernel(text), {"f(int)": ["svc"]})

    def test_each_way_into_a_kernel_is_known(self):
        for instruction in ("svc\t#0", "syscall", "sysenter", "int\t$0x80"):
            text = f"0000000000001000 <f>:\n    1000: 00     \t{instruction}\n"
            self.assertIn("f", elf_text.functions_that_enter_a_kernel(text), instruction)

    def test_a_name_that_only_looks_like_a_system_call_is_none(self):
        text = "0000000000001000 <enkel_syscall>:\n    1000: 00\tcallq\t0x2000 <syscall>\n    1005: cc\tint3\n"
        self.assertEqual(elf_text.functions_that_enter_a_kernel(text), {})

    def test_defined_symbols_are_read_with_spaces_in_their_names(self):
        self.assertEqual(elf_text.defined_symbols("0000000000001000 T main\n0000000000002000 t f(int, char)\n"), {"main", "f(int, char)"})


if __name__ == "__main__":
    unittest.main()
