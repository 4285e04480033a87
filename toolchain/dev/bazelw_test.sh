#!/bin/bash
# bazelw on machines that are made up: a PATH with only the programs that each case has.
set -euo pipefail
shopt -s extglob

readonly bazelw=$PWD/$1 work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# machine NAME RELEASE PROGRAM...: a machine with some programs, whose apt-get puts missing ones there and takes notes.
machine() {
  machine=$work/$1
  mkdir -p "$machine/bin" "$machine/lists"
  printf 'ID=%s\nVERSION_ID=%s\n' ${2/-/ } > "$machine/os-release"
  shift 2
  local program
  for program in bash cat env; do ln -s "$(command -v "$program")" "$machine/bin/$program"; done
  for program in id bazel "$@"; do
    [ "$program" = id ] && echo 'echo 0' > "$machine/bin/id" || echo "echo \"$program \$*\"" > "$machine/bin/$program"
  done
  cat > "$machine/bin/apt-get" << APT
#!/bin/bash
echo "apt-get \$*" >> $machine/apt.log
[[ " \$* " != *" install "* || ! -e $machine/apt-fails ]]
APT
  chmod +x "$machine"/bin/{id,bazel,apt-get} "${@/#/$machine/bin/}"
  sed "s|/etc/os-release|$machine/os-release|; s|/var/lib/apt/lists|$machine/lists|" "$bazelw" > "$machine/bazelw"
}

run() { status=0; output=$(PATH=$machine/bin bash "$machine/bazelw" build //... 2>&1) || status=$?; }

expect() {  # expect WHAT TEXT PATTERN
  [[ "$2" == $3 ]] || { echo "$1: expected $3, got: $2"; failures=$((failures + 1)); }
}

machine complete debian-12 qemu-system-aarch64 qemu-system-x86_64
run
expect "hands over" "$status $output" "0 bazel build //..."
expect "does not ask apt when nothing is missing" "$(cat "$machine/apt.log" 2> /dev/null)" ""

machine complete_other fedora-41 qemu-system-aarch64 qemu-system-x86_64
run
expect "hands over on any machine that has all" "$status $output" "0 bazel build //..."

machine bare debian-12
run
expect "installs and hands over" "$status $output" "0 *installing with apt-get: qemu-system-arm (*), qemu-system-x86 (*bazel build //..."
expect "updates the lists first when there are none" "$(cat "$machine/apt.log")" \
  "*update*apt-get*install*qemu-system-arm qemu-system-x86"
expect "names no compiler" "$(cat "$machine/apt.log")" "!(*clang*|*gcc*|*g++*|*build-essential*)"

machine with_lists debian-12
touch "$machine/lists/main_Packages.lz4"
run
expect "does not update lists that are there" "$(head -n 1 "$machine/apt.log")" "*install*"

machine stale debian-12
touch "$machine/lists/main_Packages" "$machine/apt-fails"
run
expect "tries again with new lists, then says so" "$status $output" "1 *could not install*"
expect "tries again with new lists" "$(cat "$machine/apt.log")" "*install*update*install*"

machine other fedora-41
run
expect "one clear sentence elsewhere" "$status $output" "1 bazelw: this machine is not Debian 12, *"
expect "one line" "$(wc -l <<< "$output")" "1"

machine without_sudo debian-12
echo 'echo 1000' > "$machine/bin/id"
run
expect "says what to do without root and sudo" "$status $output" \
  "1 bazelw: please run as root: apt-get install qemu-system-arm qemu-system-x86"

exit $((failures > 0))
