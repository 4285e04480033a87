# Runs in @rules_cc. Debian's rules_cc 0.0.4 asks Bazel for use_cpp_toolchain, which Debian's Bazel 4.2.3 does not have
# yet; the list of the one toolchain type is what it would return.
mv root/usr/share/bazel/rules/cc/* .
rm -rf root
type='["@bazel_tools//tools/cpp:toolchain_type"]'
for file in cc/private/rules_impl/compiler_flag.bzl cc/private/rules_impl/cc_flags_supplier.bzl; do
  grep -q 'use_cpp_toolchain()' $file
  sed -i -e 's/, "use_cpp_toolchain"//' -e "s|use_cpp_toolchain()|$type|" $file
done
grep -qF '[config_common.toolchain_type(CC_TOOLCHAIN_TYPE, mandatory = mandatory)]' cc/find_cc_toolchain.bzl
sed -i 's/\[config_common.toolchain_type(CC_TOOLCHAIN_TYPE, mandatory = mandatory)\]/[CC_TOOLCHAIN_TYPE]/' cc/find_cc_toolchain.bzl
