"""Types into the machine's console: each text when the line that asks for it has appeared."""

import os

_ROOM = 1 << 16  # bytes that a pipe holds: what is typed never waits for the machine to read it


class Typist:
    """Follows `script`, a list of (compiled regular expression, text), in its order.

    A text is typed when a line matches its expression; the next one waits for a later line. `input` is the file
    descriptor to read from. It does not end before `close`, as a serial line does not.
    """

    def __init__(self, script):
        self._left = list(script)
        self._room = _ROOM
        self.input, self._output = os.pipe()
        os.set_blocking(self._output, False)

    def see(self, line):
        """Takes the next line of the console."""
        if not self._left or not self._left[0][0].search(line):
            return
        _, text = self._left.pop(0)
        data = text.encode()
        self._room -= len(data)
        if self._room < 0:
            raise ValueError(f"more than {_ROOM} bytes to type")
        os.write(self._output, data)

    def close(self):
        """Ends the input."""
        os.close(self.input)
        os.close(self._output)
