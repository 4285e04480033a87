"""Chromium without a window, driven by its DevTools protocol over pipes."""

import base64
import json
import os
import queue
import subprocess
import tempfile
import threading
import time

# What a browser does for people and for its maker, and no test wants: network of its own, crash reports, sandboxes that
# the test's sandbox does not allow, shared memory that it may not have.
_OPTIONS = [
    "--disable-background-networking", "--disable-breakpad", "--disable-component-update", "--disable-dev-shm-usage",
    "--disable-gpu", "--disable-sync", "--hide-scrollbars", "--no-first-run", "--no-proxy-server", "--no-sandbox",
    "--no-zygote", "--remote-debugging-pipe",
]

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


class Browser:
    """One page. Whatever it complains about is in `errors`."""

    def __init__(self, width=800, height=780):
        root = os.path.join(os.environ["TEST_SRCDIR"], "chromium", "browser")
        self._home = tempfile.TemporaryDirectory()
        fonts = os.path.join(self._home.name, "fonts.conf")
        with open(fonts, "w", encoding="utf-8") as file:
            file.write(_FONTS.format(fonts=os.path.join(root, "fonts"), cache=os.path.join(self._home.name, "fonts")))
        environment = {"HOME": self._home.name, "FONTCONFIG_FILE": fonts, "LD_LIBRARY_PATH": os.path.join(root, "lib"),
                       "LANG": "C.UTF-8", "TMPDIR": self._home.name}
        command = [os.path.join(root, "chromium", "chromium-headless-shell"), *_OPTIONS,
                   f"--user-data-dir={self._home.name}/profile", f"--window-size={width},{height}", "about:blank"]
        # It reads commands from its descriptor 3 and writes to 4.
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "sh", *command], env=environment,
            pass_fds=(to_browser, from_browser), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(to_browser)
        os.close(from_browser)
        self.errors = []
        self._answers = queue.Queue()
        self._number = 0
        self._session = None
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        targets = self._ask("Target.getTargets")["targetInfos"]
        page = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self._ask(f"{domain}.enable")

    def _listen(self):
        rest = b""
        while True:
            piece = os.read(self._read, 1 << 16)
            if not piece:
                self._answers.put(None)
                return
            *messages, rest = (rest + piece).split(b"\0")
            for message in messages:
                self._take(json.loads(message))

    def _take(self, message):
        if "id" in message:
            self._answers.put(message)
            return
        method, what = message["method"], message.get("params", {})
        is_error = (method == "Runtime.exceptionThrown"
                    or (method == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"))
                    or (method == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"))
                    or (method == "Network.loadingFailed" and not what.get("canceled")))
        if is_error:
            self.errors.append(message)

    def _ask(self, method, **parameters):
        self._number += 1
        question = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            question["sessionId"] = self._session
        os.write(self._write, json.dumps(question).encode() + b"\0")
        while True:
            answer = self._answers.get(timeout=60)
            if answer is None:
                raise AssertionError(f"the browser ended at {method}")
            if answer["id"] != self._number:
                continue
            if "error" in answer:
                raise AssertionError(f"{method}: {answer['error']}")
            return answer["result"]

    def open(self, url):
        result = self._ask("Page.navigate", url=url)
        if "errorText" in result:
            raise AssertionError(f"{url}: {result['errorText']}")

    def evaluate(self, expression):
        result = self._ask("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise AssertionError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def text(self, identifier):
        """What stands in the element with this id; nothing where there is none."""
        return self.evaluate(f"document.getElementById({json.dumps(identifier)})?.textContent ?? ''")

    def wait_until(self, expression, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.evaluate(expression)
            if value:
                return value
            time.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {expression}; the page says {self.evaluate('document.body.innerText')!r}")

    def picture(self):
        """The page as it is seen now: the bytes of a PNG."""
        return base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])

    def close(self):
        try:
            self._process.terminate()
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        self._reader.join(10)
        os.close(self._read)
        self._home.cleanup()
