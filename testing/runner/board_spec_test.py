"""Tests of board_spec.py."""

import os
import unittest

import board_spec

_GOOD = {
    "board": "pc",
    "argv": ["qemu", "-kernel", "{image}", "-D", "{workdir}/qemu.log", '{"driver":"x"}'],
    "exit_status": {"zero": 33, "nonzero": 35, "panic": 35, "reset": 0},
}


def status(zero, nonzero, panic, reset=None):
    return board_spec.ExitStatus(zero, nonzero, panic, reset)


class BoardSpecTest(unittest.TestCase):
    def test_placeholders_are_replaced_and_other_braces_stay(self):
        command = board_spec.parse(_GOOD).command({"image": "/i", "elf": "/e", "workdir": "/w"})
        self.assertEqual(command, ["qemu", "-kernel", "/i", "-D", "/w/qemu.log", '{"driver":"x"}'])

    def test_the_program_and_the_paths_become_absolute(self):
        spec = board_spec.parse(_GOOD | {"argv": ["tools/qemu", "{image}", "tools/data"]})
        here = os.getcwd()
        self.assertEqual(spec.command({"image": "a/b"}), [f"{here}/tools/qemu", f"{here}/a/b", "tools/data"])

    def test_an_unknown_placeholder_is_an_error(self):
        with self.assertRaisesRegex(board_spec.SpecError, r"unknown placeholder \{image\}"):
            board_spec.parse(_GOOD).command({"workdir": "/w"})

    def test_optional_parts_have_defaults(self):
        spec = board_spec.parse(_GOOD)
        self.assertEqual((spec.start_failure_status, spec.log_file, spec.count_argv), ((), None, None))

    def test_every_mistake_is_named(self):
        exit_status = _GOOD["exit_status"]
        for change, words in (
            ({"argv": []}, "argv is empty"),
            ({"argv": "qemu"}, "argv is not of type list"),
            ({"argv": ["qemu", 1]}, "item of argv is not of type str"),
            ({"board": None}, "board is not of type str"),
            ({"exit_status": {"zero": 0}}, "exit_status has no "),
            ({"exit_status": exit_status | {"zero": "33"}}, "exit_status.zero is not of type int"),
            ({"exit_status": exit_status | {"panic": "code"}}, "exit_status.panic is not of type int"),
            ({"exit_status": exit_status | {"zero": True}}, "exit_status.zero is not of type int"),
            ({"log": {"file": "q.log", "unexpected": "ignore"}}, 'neither "fail" nor "warn"'),
            ({"log": {"file": "q.log", "allowed": ["("]}}, "is no regular expression"),
            ({"log": {"file": "../q.log"}}, "inside the work directory"),
            ({"log": {"file": "/q.log"}}, "inside the work directory"),
            ({"count": {}}, "count has no 'argv'"),
            ({"timeout": 3}, "unknown key 'timeout'"),
        ):
            with self.subTest(change=change), self.assertRaisesRegex(board_spec.SpecError, words):
                board_spec.parse(_GOOD | change)
        with self.assertRaisesRegex(board_spec.SpecError, "is not an object"):
            board_spec.parse([])

    def test_a_file_that_cannot_be_read_is_named(self):
        with self.assertRaisesRegex(board_spec.SpecError, "/nonexistent"):
            board_spec.load("/nonexistent")


class ExitStatusTest(unittest.TestCase):
    def test_a_process_ends_with_the_code_modulo_256(self):
        linux = status("code", "code", 101)
        self.assertEqual([linux.of_code(code) for code in (0, 7, 256, -1)], [0, 7, 0, 255])

    def test_a_machine_ends_with_one_of_two_statuses(self):
        pc = status(33, 35, 35, 0)
        self.assertEqual([pc.of_code(code) for code in (0, 7, 256, -1)], [33, 35, 35, 35])
        self.assertEqual([pc.is_power_off(number) for number in (33, 35, 0, 1)], [True, True, False, False])


if __name__ == "__main__":
    unittest.main()
