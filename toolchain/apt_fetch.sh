#!/bin/bash
# Fetches one pinned package with the machine's own apt, without touching the machine's apt state.
#
#   apt_fetch.sh STATE ARCHITECTURE NAME VERSION OUT      downloads NAME=VERSION to OUT; `amd64`, `all`, `arm64`, ...
#   apt_fetch.sh STATE source NAME VERSION OUT...         downloads the source package's files; each OUT must be one of them
#
# STATE keeps private package lists (about 40 MB) that all workspaces of this user share. /etc/apt is read, never
# written; its Debian entries are used with deb-src added. The lists of another machine's architecture (firmware for a
# board, say) lie in a folder of their own and are fetched when first asked for. Repository rules run in parallel, hence
# the lock.
set -euo pipefail

readonly architecture=$2 name=$3 version=$4
case $architecture in
  amd64 | all | source) lists_of=amd64 types='deb deb-src' state=$1 ;;
  *) lists_of=$architecture types=deb state=$1/$architecture ;;
esac
readonly lists_of types state
shift 4
mkdir -p "$state"
exec 9>"$state/lock"
flock 9

command -v apt-get >/dev/null || { echo "Enkel fetches its pinned packages with apt-get, and this machine has none." >&2; exit 3; }

# Only entries of Debian's own suites: a third party's archive has no deb-src and no business here.
write_configuration() {
  rm -rf "$state/sources" "$state/lists"
  mkdir -p "$state/sources" "$state/lists/partial" "$state/cache/archives/partial"
  local file kind entry suite='(^|[[:space:]])bookworm(-updates|-security)?([[:space:]/]|$)'
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -f "$file" ] || continue
    grep -Eq "^Suites:.*bookworm" "$file" && grep -E '^Suites:' "$file" | grep -Eq "$suite" || continue
    sed "s/^Types:.*/Types: $types/; /^Architectures:/d" "$file" > "$state/sources/${file##*/}"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$file" ] || continue
    while read -r kind entry; do
      [ "$kind" = deb ] && grep -Eq "$suite" <<< "$entry" || continue
      entry=$(sed 's/\[arch=[^] ]*\] *//; s/arch=[^] ]* *//' <<< "$entry")
      for kind in $types; do echo "$kind $entry"; done
    done < "$file" >> "$state/sources/enkel.list"
  done
  cat > "$state/apt.conf" <<CONF
APT::Architecture "$lists_of";
APT::Architectures { "$lists_of"; };
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$state/sources";
Dir::State::lists "$state/lists";
Dir::Cache "$state/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
CONF
}

refresh_lists() {
  write_configuration
  apt-get -q update >&2
  touch "$state/refreshed"
}

export APT_CONFIG="$state/apt.conf"
fresh=no
if [ ! -e "$state/refreshed" ]; then
  refresh_lists
  fresh=yes
fi

# apt writes into the current folder under names of its own choosing.
download() {
  if [ "$architecture" != source ]; then
    local folder
    folder=$(mktemp -d -p .)
    (cd "$folder" && apt-get -q download "$name=$version" >&2) || { rm -rf "$folder"; return 1; }
    mv "$folder"/*.deb "$1"
    rmdir "$folder"
  else
    apt-get -q source --download-only "$name=$version" >&2
  fi
}

offered() {
  if [ "$architecture" != source ]; then
    apt-cache show "$name=$version" >/dev/null 2>&1
  else
    # Not grep -q: it would leave early, and apt-cache's broken pipe would count as "not offered".
    apt-cache showsrc "$name" 2>/dev/null | grep -xF "Version: $version" >/dev/null
  fi
}

# The lists may be older than the pin: ask again with new ones before giving up.
if ! offered && [ $fresh = no ]; then
  refresh_lists
fi
if ! offered; then
  cat >&2 <<MESSAGE

The package archive does not offer $name $version (any more).
A pinned version leaves the archive when a newer one replaces it. To pin what the archive has now:
    ./bazelw run //toolchain:bump_pin -- $name
MESSAGE
  exit 4
fi
download "$@" || { echo "apt could not download $name $version; its own words are above." >&2; exit 6; }
for out in "$@"; do
  [ -f "$out" ] || { echo "$name $version has no file $out" >&2; exit 5; }
done
