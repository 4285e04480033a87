"""Tests of console.py and transcript.py."""

import io
import unittest

import console
import transcript


def lines_of(*chunks):
    """Returns the lines that a console makes of the chunks, and what it shows."""
    lines = []
    out = io.BytesIO()
    stream = console.Console(lambda text, is_whole: lines.append((text, is_whole)), out)
    for chunk in chunks:
        stream.feed(chunk)
    stream.close()
    return lines, out.getvalue()


class ConsoleTest(unittest.TestCase):
    def test_lines_are_found_wherever_the_stream_is_cut(self):
        text = b"one\ntwo\r\n\nthree\n"
        expected = ([("one", True), ("two", True), ("", True), ("three", True)], b"one\ntwo\n\nthree\n")
        for size in range(1, len(text) + 1):
            self.assertEqual(lines_of(*(text[i : i + size] for i in range(0, len(text), size))), expected)

    def test_a_line_is_shown_as_soon_as_it_is_whole(self):
        out = io.BytesIO()
        stream = console.Console(lambda text, is_whole: None, out)
        stream.feed(b"one\ntw")
        self.assertEqual(out.getvalue(), b"one\n")

    def test_a_last_line_without_its_end_is_not_whole(self):
        self.assertEqual(lines_of(b"one\ntwo"), ([("one", True), ("two", False)], b"one\ntwo\n"))

    def test_no_output_is_no_line(self):
        self.assertEqual(lines_of(), ([], b""))
        self.assertEqual(lines_of(b""), ([], b""))

    def test_control_characters_and_invalid_utf8_become_escapes(self):
        lines, shown = lines_of(b"a\x00\x1b[1m\tb\xff\xc3\xa9\xc2\x85\rc\n")
        self.assertEqual(lines, [("a\\x00\\x1b[1m\tb\\xff\u00e9\\x85\\x0dc", True)])
        self.assertEqual(shown.decode(), lines[0][0] + "\n")

    def test_a_long_line_is_cut_for_judging_and_shown_in_pieces(self):
        line = b"x" * console.LINE_LIMIT + b"y" * console.LINE_LIMIT + b"z"
        for chunks in ([line + b"\n"], [line[i : i + 1000] for i in range(0, len(line), 1000)] + [b"\n"]):
            lines, shown = lines_of(*chunks, b"next\n")
            self.assertEqual(lines, [("x" * console.LINE_LIMIT, False), ("next", True)])
            self.assertEqual(shown.replace(b"\n", b""), line + b"next")

    def test_a_line_of_exactly_the_limit_is_whole(self):
        self.assertEqual(lines_of(b"x" * console.LINE_LIMIT + b"\n")[0], [("x" * console.LINE_LIMIT, True)])

    def test_a_reader_that_goes_away_does_not_stop_the_lines(self):
        class Gone(io.BytesIO):
            def write(self, data):
                raise BrokenPipeError

        lines = []
        stream = console.Console(lambda text, is_whole: lines.append(text), Gone())
        stream.feed(b"one\ntwo\n")
        self.assertEqual(lines, ["one", "two"])


class TranscriptTest(unittest.TestCase):
    def test_the_closing_line_carries_the_exit_code(self):
        self.assertEqual(transcript.of("x\n[enkel] exit 12\n").closing_code, 12)
        self.assertEqual(transcript.of("[enkel] exit -3\n").closing_code, -3)

    def test_a_closing_line_that_was_cut_does_not_count(self):
        seen = transcript.Transcript()
        seen.add("[enkel] exit 0", is_whole=False)
        self.assertIsNone(seen.closing_code)
        self.assertEqual(seen.broken_closing, "[enkel] exit 0")

    def test_the_first_panic_is_kept_with_its_lines(self):
        text = "x\n*** PANIC: one ***\n  #0 0x1\n*** END OF PANIC ***\n*** PANIC: two ***\n"
        panic = transcript.of(text).panic
        self.assertEqual(panic.reason, "one")
        self.assertEqual(panic.lines, ["*** PANIC: one ***", "  #0 0x1", "*** END OF PANIC ***"])
        self.assertTrue(panic.is_complete)

    def test_a_panic_that_breaks_off_is_a_panic(self):
        panic = transcript.of("*** PANIC: on").panic
        self.assertEqual(panic.reason, "on")
        self.assertFalse(panic.is_complete)

    def test_a_panic_line_begins_its_line(self):
        self.assertIsNone(transcript.of("he said *** PANIC: x ***\n").panic)

    def test_memory_is_bounded(self):
        seen = transcript.Transcript()
        seen.add("*** PANIC: x ***")
        for number in range(10_000):
            seen.add(f"line {number}")
        self.assertLess(len(seen.panic.lines), 1000)
        self.assertEqual(seen.last_lines[-1], "line 9999")
        self.assertLess(len(seen.last_lines), 100)


if __name__ == "__main__":
    unittest.main()
