#!/bin/bash
# A seed that fails prints the command that replays it, fails again by that command, and leaves what was on its cables.
set -u
program=$PWD/$1
unset TEST_TOTAL_SHARDS TEST_SHARD_INDEX TEST_SHARD_STATUS_FILE
export TEST_UNDECLARED_OUTPUTS_DIR=$TEST_TMPDIR
output=$("$program" --first=1 --seeds=20 --condemned=17) && { echo "a seed failed, and the run passed"; exit 1; }
echo "$output"

fail() {
    echo "missing: $1"
    exit 1
}

grep -q 'Replay: bazel run //testing/sim:mixed_traffic_test -- --seed=17$' <<<"$output" || fail "the command"
grep -q '^seed 17: condemned$' <<<"$output" || fail "why it failed"
trace=$(grep '^trace ' <<<"$output")
captures=("$TEST_TMPDIR"/seed17-cable*.pcap)
magic=$(od -An -tx1 -N4 "${captures[0]}" | tr -d ' ')
[[ $magic =~ ^(a1b23c4d|4d3cb2a1|a1b2c3d4|d4c3b2a1)$ ]] || fail "a capture: $magic"
[[ $(stat -c %s "${captures[0]}") -gt 1000 ]] || fail "frames in the capture"

again=$("$program" --seed=17 --condemned=17) && fail "the replay's failure"
[[ $again == *"$trace"* ]] || fail "the same trace"
well=$("$program" --seed=17) || fail "a seed that passes"
grep -q '^seed 17: all is well$' <<<"$well" || fail "all is well"
