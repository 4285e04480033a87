"""The page of //apps/http as a person sees it: in Chromium, live, from a machine under QEMU. Its picture is an output.

  bazel test //testing/http:page_on_pc_test                  test.outputs/page.png
  bazel run //testing/http:page_picture -- PATH/OF.png       the picture of the README, after some traffic
"""

import argparse
import http.client
import os
import struct
import sys
import threading
import unittest

from testing.http import browser
from testing.http import machine

OPTIONS = argparse.Namespace(program=None, picture=None)
VALUES = [
    "uptime", "started", "idle", "memory", "requests", "connections", "packets", "interrupts", "latency", "worst", "rate"]


def start():
    """The machine, and where its page is."""
    served = machine.Machine([OPTIONS.program])
    try:
        address, port = served.wait_for(r"^http://([0-9.]+):(\d+)/ is port 80 of the machine$").groups()
        served.wait_for("^serving port 80$")
    except AssertionError:
        served.stop()
        raise
    return served, address, int(port)


class Traffic:
    """A visitor who asks for /hello again and again, faster and slower."""

    def __init__(self, address, port):
        self._place = (address, port)
        self._has_to_end = threading.Event()
        self.count = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        connection = http.client.HTTPConnection(*self._place, timeout=20)
        while not self._has_to_end.wait(0.002 + 0.01 * (self.count // 200 % 4)):
            connection.request("GET", "/hello")
            assert len(connection.getresponse().read()) == 612
            self.count += 1
        connection.close()

    def end(self):
        self._has_to_end.set()
        self._thread.join()


def size_of(png):
    """Width and height, by the first chunk."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n") and png[12:16] == b"IHDR"
    return struct.unpack(">II", png[16:24])


class Page(unittest.TestCase):

    def test_a_person_sees_the_machine_live(self):
        served, address, port = start()
        self.addCleanup(served.stop)
        page = browser.Browser()
        self.addCleanup(page.close)
        page.open(f"http://{address}:{port}/")
        page.wait_until("document.getElementById('state')?.textContent === 'live'")
        self.assertEqual(page.evaluate("document.title"), "Enkel")
        # The style has come, too.
        self.assertNotEqual(page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily"), "")
        self.assertGreaterEqual(page.evaluate("document.styleSheets.length"), 1)

        # Every number is there, and what goes on goes on, without a reload.
        for name in VALUES:
            self.assertRegex(page.text(name), r"\d|none yet", name)
        self.assertRegex(page.text("instructions"), r"\d|not counted by this CPU")
        before = {name: page.text(name) for name in VALUES}
        traffic = Traffic(address, port)
        for name in ["uptime", "requests", "packets", "interrupts"]:
            page.wait_until(f"document.getElementById('{name}').textContent !== {before[name]!r}")
        page.wait_until("parseFloat(document.getElementById('rate').textContent) >= 5")
        # Three events at least: the plot has a line.
        page.wait_until("(document.getElementById('area').getAttribute('d') ?? '').split('L').length >= 5")
        traffic.end()
        self.assertGreater(traffic.count, 20)

        picture = page.picture()
        self.assertEqual(size_of(picture), (800, 780))
        self.assertGreater(len(picture), 8000)  # an empty page has 3 KB
        with open(os.path.join(os.environ["TEST_UNDECLARED_OUTPUTS_DIR"], "page.png"), "wb") as file:
            file.write(picture)

        self.assertEqual(page.errors, [])
        # A machine that is gone is said, and it is the page's own complaint that Chromium logs.
        served.stop()
        page.wait_until("document.getElementById('state').textContent === 'the machine does not answer'")


def make_picture(path):
    """The page after two minutes of traffic."""
    served, address, port = start()
    page = browser.Browser()
    try:
        page.open(f"http://{address}:{port}/")
        page.wait_until("document.getElementById('state')?.textContent === 'live'")
        traffic = Traffic(address, port)
        page.wait_until("(document.getElementById('area').getAttribute('d') ?? '').split('L').length >= 122", 180)
        picture = page.picture()
        traffic.end()
    finally:
        page.close()
        served.stop()
    with open(os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY", "."), path), "wb") as file:
        file.write(picture)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--picture", action="store_true", help="write a picture to the path that follows")
    OPTIONS, rest = parser.parse_known_args()
    if OPTIONS.picture:
        os.environ.setdefault("TEST_SRCDIR", os.path.dirname(os.getcwd()))
        make_picture(rest[0])
    else:
        unittest.main(argv=[sys.argv[0], *rest])
