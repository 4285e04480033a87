# Runs in @com_google_absl after unpacking. Nothing of abseil's code is changed, only how Bazel compiles it:
# for a unikernel, its syscall(SYS_futex, ...) becomes a direct call (//toolchain/cxx, direct_calls); and its AES random
# engine is left out, because it is chosen by --cpu, which is the host's in a build for a platform.
cat >> absl/copts/configure_copts.bzl <<'BZL'

ABSL_DEFAULT_COPTS = ABSL_DEFAULT_COPTS + select({
    "@enkel//toolchain/constraints:aarch64_unikernel": ["-Iexternal/llvm_runtimes/direct_calls"],
    "@enkel//toolchain/constraints:x86_64_unikernel": ["-Iexternal/llvm_runtimes/direct_calls"],
    "//conditions:default": [],
})
BZL
sed -i 's/^ABSL_DEFAULT_COPTS = select/_ABSL_COPTS = select/; s/^ABSL_DEFAULT_COPTS = ABSL_DEFAULT_COPTS/ABSL_DEFAULT_COPTS = _ABSL_COPTS/; s/^ABSL_TEST_COPTS = ABSL_DEFAULT_COPTS/ABSL_TEST_COPTS = _ABSL_COPTS/; /":cpu_[a-z0-9_]*": /d' absl/copts/configure_copts.bzl
grep -q '^_ABSL_COPTS = select' absl/copts/configure_copts.bzl
rm -rf debian
