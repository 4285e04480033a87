#!/usr/bin/python3
import unittest

import stack_guards


def function(name, *instructions):
    return f"0000000000001000 <{name}>:\n" + "".join(f"    1000: \t{text}\n" for text in instructions)


class StackGuardsTest(unittest.TestCase):
    def test_a_large_frame_without_a_guard_is_suspect(self):
        self.assertEqual(stack_guards.suspects(function("f(int)", "sub\tsp, sp, #0x100", "ret")), {"f(int)": 256})
        self.assertEqual(stack_guards.suspects(function("f", "subq\t$0x100, %rsp", "retq")), {"f": 256})

    def test_a_frame_of_pages_counts_in_full(self):
        self.assertEqual(stack_guards.suspects(function("f", "sub\tsp, sp, #1, lsl #12", "sub\tsp, sp, #16", "ret")), {"f": 4112})

    def test_a_guard_clears(self):
        self.assertEqual(stack_guards.suspects(function("f", "subq\t$0x100, %rsp", "callq\t0x2000 <__stack_chk_fail>", "retq")), {})
        self.assertEqual(stack_guards.suspects(function("f", "sub\tsp, sp, #256", "bl\t0x2000 <__stack_chk_fail_local>", "ret")), {})

    def test_saved_registers_are_no_array(self):
        self.assertEqual(stack_guards.suspects(function("f", "sub\tsp, sp, #0xa0", "ret")), {})

    def test_who_never_returns_needs_no_guard(self):
        self.assertEqual(stack_guards.suspects(function("f", "sub\tsp, sp, #0x200", "bl\t0x2000 <Panic>")), {})

    def test_functions_are_told_apart(self):
        text = function("guarded", "sub\tsp, sp, #0x100", "bl\t0x2000 <__stack_chk_fail>", "ret") + \
            function("bare", "sub\tsp, sp, #0x100", "ret")
        self.assertEqual(list(stack_guards.suspects(text)), ["bare"])


if __name__ == "__main__":
    unittest.main()
