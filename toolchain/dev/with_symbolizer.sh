#!/bin/bash
# Runs a test so that a sanitizer's report names functions and lines: .bazelrc, --config=asan.
export ASAN_SYMBOLIZER_PATH=$PWD/../llvm/bin/llvm-symbolizer
exec "$@"
