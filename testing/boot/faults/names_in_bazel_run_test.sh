#!/bin/bash
# Runs an image that panics as `bazel run` does: the console must name the functions of the backtrace, and the status tell.
output=$("$1" </dev/null)
status=$?
printf '%s\n' "$output"
case $1 in
  *linux*) [ $status = 101 ] || { echo "status $status instead of 101"; exit 1; } ;;
  *pc*) [ $status = 35 ] || { echo "status $status instead of 35"; exit 1; } ;;
esac
for regex in '#0 0x[0-9a-f]{16} .*Innermost.* testing/boot/faults/check\.cc:9' '#2 0x[0-9a-f]{16} +main .*check\.cc:21'; do
  grep -Eq -e "$regex" <<< "$output" || { echo "no line matches /$regex/"; exit 1; }
done
