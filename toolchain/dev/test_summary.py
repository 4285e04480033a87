#!/usr/bin/python3
"""Reads what a `bazel test --build_event_json_file=FILE` reported and closes with 'N passed, N failed'.

  test_summary.py FILE

Counts test targets. Whatever did not pass has failed: also a test that timed out, was flaky, was never built or never
ran. Exits 1 when a test failed, and 3 when the file tells of no test at all.
"""

import json
import sys


def label_of(event, kind):
    return event.get("id", {}).get(kind, {}).get("label")


def summarize(lines):
    """({label: status} of all tests that were to run, {label of those that cannot run on this platform})."""
    tests, skipped = {}, set()
    for line in lines:
        event = json.loads(line)
        if "configured" in event and event["configured"].get("targetKind", "").endswith("test rule"):
            tests.setdefault(label_of(event, "targetConfigured"), "NO STATUS")
        elif "aborted" in event and event["aborted"].get("reason") == "SKIPPED":
            skipped.add(label_of(event, "targetCompleted"))
        elif "testSummary" in event:
            tests[label_of(event, "testSummary")] = event["testSummary"].get("overallStatus", "NO STATUS")
    return tests, skipped & set(tests)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        tests, skipped = summarize(file)
    failed = {label: status for label, status in sorted(tests.items()) if status != "PASSED" and label not in skipped}
    for label, status in failed.items():
        print(f"{label}: {status}")
    passed = len(tests) - len(failed) - len(skipped)
    print(f"{passed} passed, {len(failed)} failed" + (f", {len(skipped)} skipped" if skipped else ""))
    if not tests:
        sys.exit(3)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
