"""Tests of function_names.py: names, and tables that this test reads as the kernel does."""

import struct
import unittest

import function_names


def find(table, offset):
    """The name at `offset` from the first function, and the distance from its beginning; None where there is none."""
    (blocks,) = struct.unpack_from("<I", table)
    index = [struct.unpack_from("<II", table, 8 + 8 * i) for i in range(blocks)]
    candidates = [entry for entry in index if entry[0] <= offset]
    if not candidates:
        return None
    address, at = candidates[-1]
    end = next((entry[1] for entry in index if entry[1] > at), len(table))
    name, found = b"", None
    while at < end:
        distance = shift = 0
        while True:
            byte = table[at]
            distance |= (byte & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if byte < 0x80:
                break
        shared, more = table[at], table[at + 1]
        name = name[:shared] + table[at + 2 : at + 2 + more]
        at += 2 + more
        address += distance
        if address > offset:
            break
        found = (name.decode(), offset - address)
    return found


class FunctionNamesTest(unittest.TestCase):
    def test_names_are_shortened_to_what_a_reader_looks_for(self):
        for long, short in {
            "main": "main",
            "kernel::event::Loop::Run": "kernel::event::Loop::Run",
            "kernel::(anonymous namespace)::Walk": "kernel::Walk",
            "std::__1::vector<int, std::__1::allocator<int>>::push_back[abi:nqe190107]": "std::vector::push_back",
            "operator<<": "operator<<",
            "x" * 200: "x" * 93 + "...",
        }.items():
            self.assertEqual(function_names.shorten(long), short)

    def test_functions_are_those_of_nm(self):
        output = (
            "0000000000080000 R __image_start\n0000000000080040 T _start\n0000000000080050 t $x\n"
            "0000000000080060 t local\n0000000000080060 T global\n0000000000080070 W weak\n0000000000090000 D data\n"
        )
        self.assertEqual(function_names.functions_of(output), [(0x80040, "_start"), (0x80060, "global"), (0x80070, "weak")])

    def test_every_function_is_found_at_its_first_and_last_byte(self):
        base = 0x80000
        functions = [(base + i * (i + 3) * 8, f"kernel::room{i // 5}::Function{i}") for i in range(100)]
        end = functions[-1][0] + 1000
        table = function_names.table_of([*functions, (end, "")], base + 0x123)
        for (address, name), (following, _) in zip(functions, [*functions[1:], (end, "")]):
            self.assertEqual(find(table, address - base), (name, 0))
            self.assertEqual(find(table, following - 1 - base), (name, following - 1 - address))
        self.assertEqual(struct.unpack_from("<II", table), (7, 0x123))
        self.assertEqual(find(table, end - base)[0], "")

    def test_prefixes_are_stored_once(self):
        names = [(i * 16, "a_rather_long_prefix_of_all_names" + str(i)) for i in range(100)]
        self.assertLess(len(function_names.table_of(names, 0)), 1200)


if __name__ == "__main__":
    unittest.main()
