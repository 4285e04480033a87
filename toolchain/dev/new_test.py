"""new.py writes what it says, where it says, and never over something. (What it writes is also built: see BUILD.bazel.)"""

import pathlib
import tempfile
import unittest

from toolchain.dev import lint
from toolchain.dev import new


class New(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)

    def put(self, path, text):
        (self.top / path).parent.mkdir(parents=True, exist_ok=True)
        (self.top / path).write_text(text)

    def test_an_app_touches_its_own_folder_only(self):
        written, _ = new.new_app(self.top, "web")
        self.assertEqual(written, ["apps/web/BUILD.bazel", "apps/web/README.md", "apps/web/main.cc"])
        self.assertEqual([path.name for path in self.top.iterdir()], ["apps"])
        self.assertIn('name = "web"', (self.top / "apps/web/BUILD.bazel").read_text())

    def test_a_driver_follows_the_rules_of_the_house(self):
        written, _ = new.new_driver(self.top, "net/fast_ethernet")
        self.assertEqual(lint.check_guards(self.top, written), [])
        self.assertIn("class FastEthernet {", (self.top / "drivers/net/fast_ethernet/fast_ethernet.h").read_text())
        for path in written:
            self.assertNotRegex((self.top / path).read_text(), "@[A-Z]+@")

    def test_a_board_is_a_copy_under_its_own_name(self):
        self.put("boards/boards.bzl", 'BOARDS = [\n    Label("//boards/virt:virt"),\n]\n')
        self.put("boards/virt/BUILD.bazel", 'board(name = "virt", emulator_arguments = ["-M", "virt", "virtio"])\n')
        self.put("boards/virt/uart.h", "#ifndef ENKEL_BOARDS_VIRT_UART_H_  // virtio virtual\n")
        self.put("apps/hello/budget.txt", "rpi3 1 2\nvirt 3 4\n")
        new.new_board(self.top, "imx8", "virt")
        self.assertEqual((self.top / "apps/hello/budget.txt").read_text(), "rpi3 1 2\nvirt 3 4\nimx8 3 4\n")
        self.assertEqual((self.top / "boards/boards.bzl").read_text(),
                         'BOARDS = [\n    Label("//boards/virt:virt"),\n    Label("//boards/imx8:imx8"),\n]\n')
        self.assertEqual((self.top / "boards/imx8/BUILD.bazel").read_text(),
                         'board(name = "imx8", emulator_arguments = ["-M", "virt", "virtio"])\n')
        self.assertEqual((self.top / "boards/imx8/uart.h").read_text(),
                         "#ifndef ENKEL_BOARDS_IMX8_UART_H_  // virtio virtual\n")

    def test_refuses_to_overwrite(self):
        new.new_app(self.top, "web")
        with self.assertRaisesRegex(new.Refused, "apps/web exists already"):
            new.new_app(self.top, "web")

    def test_refuses_names_that_are_none(self):
        for make, name in ((new.new_app, "../x"), (new.new_app, "Web"), (new.new_driver, "uart"), (new.new_driver, "a/b/c")):
            with self.assertRaisesRegex(new.Refused, "is no name"):
                make(self.top, name)

    def test_refuses_a_board_like_one_that_is_not_there(self):
        with self.assertRaisesRegex(new.Refused, "there is no board pi9"):
            new.new_board(self.top, "imx8", "pi9")


if __name__ == "__main__":
    unittest.main()
