#!/usr/bin/env bash
# Makes a nats-server available to the tests of the fleet.
#
#   bash .ci/nats_server.sh
#       Prints the path of a server of version 2.10 or later, and nothing else:
#       the one that NATS_SERVER names or that is on the PATH, else Debian's,
#       the newest of forky, trixie and bookworm that can be had, unpacked into
#       a cache and not installed. Exits with 1 where there is none; the reason
#       is on standard error.
#
#         NATS_SERVER="$(bash .ci/nats_server.sh)" || true
#         export NATS_SERVER
#         … all tests, tests/fleet/nats*_test.ts among them …
#         bash .ci/nats_server.sh verdict
#
#   bash .ci/nats_server.sh verdict
#       Where NATS_SERVER is empty, says in capitals that the fleet was not
#       tested against real servers.
#
# Below 2.10 a server counts as none: older ones lost acknowledged writes.
set -euo pipefail

SUITES=(forky trixie bookworm)
MIRROR="${DEBIAN_MIRROR:-http://deb.debian.org/debian}"
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
CACHE="${NATS_SERVER_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/dockstat-nats-server}"

# Fails for a program that does not run, or is older than 2.10.
is_recent() {
  local version major minor
  version="$("$1" --version 2>/dev/null | grep -Eo '[0-9]+\.[0-9]+' | head -n 1)" ||
    return 1
  major="${version%%.*}" minor="${version#*.}"
  [ "$major" -gt 2 ] || { [ "$major" = 2 ] && [ "$minor" -ge 10 ]; }
}

# The folders of its own keep apt's own lists and sources as they are.
unpack_from() {
  local suite="$1" folder="$2" source
  source="deb [signed-by=$KEYRING] $MIRROR bookworm main"
  mkdir -p "$folder"/{sources,lists/partial,cache/archives/partial,out}
  echo "${source/bookworm/$suite}" >"$folder/sources/nats.list"
  local options=(
    -q -o Dir::Etc::sourcelist=- -o "Dir::Etc::sourceparts=$folder/sources"
    -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache"
    -o APT::Sandbox::User=root -o Acquire::Retries=2
  )
  (
    cd "$folder"
    apt-get update "${options[@]}" && apt-get download "${options[@]}" nats-server &&
      dpkg-deb -x nats-server_*.deb out
  ) >&2
}

fetch() {
  local folder suite
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  for suite in "${SUITES[@]}"; do
    folder="$(mktemp -d)"
    if unpack_from "$suite" "$folder" &&
      is_recent "$folder/out/usr/sbin/nats-server"; then
      mkdir -p "$CACHE"
      # Renamed into place, so that no other run sees half of it.
      cp "$folder/out/usr/sbin/nats-server" "$CACHE/nats-server.$$"
      mv "$CACHE/nats-server.$$" "$CACHE/nats-server"
      rm -rf "$folder"
      return 0
    fi
    echo "nats-server cannot be had from $suite in 2.10 or later" >&2
    rm -rf "$folder"
  done
  return 1
}

find_server() {
  local candidate
  for candidate in "${NATS_SERVER:-}" "$(command -v nats-server || true)" \
    "$CACHE/nats-server"; do
    if [ -n "$candidate" ] && is_recent "$candidate"; then
      echo "$candidate"
      return 0
    fi
  done
  fetch && echo "$CACHE/nats-server"
}

case "${1:-path}" in
  path) find_server ;;
  verdict)
    if [ -z "${NATS_SERVER:-}" ]; then
      echo "NO REAL NATS SERVER WAS TESTED: NONE OF VERSION 2.10 OR LATER CAN BE HAD"
    fi
    ;;
  *)
    echo "Usage: nats_server.sh [path | verdict]" >&2
    exit 2
    ;;
esac
