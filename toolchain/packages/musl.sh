# Runs in @musl after unpacking. Arguments: install_headers, generate_syscalls, list_sources of //toolchain/libc.
# Makes, for each CPU, what musl's own Makefile would generate: the header tree, and the list of its sources.
install_headers=$1 generate_syscalls=$2 list_sources=$3
mkdir no_overlay
{
  echo '"""The sources of libc.a for each CPU, before the overlay of //toolchain/libc replaces some."""'
  echo
  echo 'MUSL_SOURCES = {'
  for arch in aarch64 x86_64; do
    sh "$install_headers" "sysroot/$arch" $arch . >&2
    sh "$generate_syscalls" "calls/$arch" $arch . >&2
    echo "    \"$arch\": ["
    sh "$list_sources" $arch "$PWD" "$PWD/no_overlay" | sed -n 's/^musl \(.*\)/        "\1",/p'
    echo '    ],'
  done
  echo '}'
} > sources.bzl
rmdir no_overlay
rm -f Makefile
