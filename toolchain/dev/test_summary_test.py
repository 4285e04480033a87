"""test_summary.py counts whatever did not pass as failed."""

import json
import unittest

from toolchain.dev import test_summary


def configured(label, kind="cc_test rule"):
    return {"id": {"targetConfigured": {"label": label}}, "configured": {"targetKind": kind}}


def summary(label, status):
    return {"id": {"testSummary": {"label": label}}, "testSummary": {"overallStatus": status}}


def skipped(label):
    return {"id": {"targetCompleted": {"label": label}}, "aborted": {"reason": "SKIPPED"}}


def summarize(*events):
    return test_summary.summarize(json.dumps(event) for event in events)


class TestSummary(unittest.TestCase):

    def test_takes_the_status_that_bazel_gives(self):
        tests, _ = summarize(configured("//a"), configured("//b"), summary("//a", "PASSED"), summary("//b", "TIMEOUT"))
        self.assertEqual(tests, {"//a": "PASSED", "//b": "TIMEOUT"})

    def test_a_test_that_was_not_built_has_no_status(self):
        self.assertEqual(summarize(configured("//a")), ({"//a": "NO STATUS"}, set()))

    def test_only_tests_count(self):
        self.assertEqual(summarize(configured("//a", "cc_library rule"), skipped("//a")), ({}, set()))

    def test_a_test_that_cannot_run_here_is_skipped(self):
        self.assertEqual(summarize(configured("//a"), skipped("//a"))[1], {"//a"})


if __name__ == "__main__":
    unittest.main()
