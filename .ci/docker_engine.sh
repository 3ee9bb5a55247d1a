#!/usr/bin/env bash
# Makes a real Docker Engine available to the tests that need one.
#
#   bash .ci/docker_engine.sh prepare
#       Installs Debian's docker.io and busybox-static (and openssl, for the TLS
#       test) where they are missing, and tries whether dockerd starts. Prints
#       nothing where it does, else one line: the reason. For a full run:
#
#         DOCKER_ENGINE_UNAVAILABLE="$(bash .ci/docker_engine.sh prepare)"
#         export DOCKER_ENGINE_UNAVAILABLE
#         … all tests, tests/docker/real_engine*_test.ts among them …
#         bash .ci/docker_engine.sh verdict
#
#   bash .ci/docker_engine.sh verdict
#       Where DOCKER_ENGINE_UNAVAILABLE holds a reason, says in capitals that
#       no engine was tested, and why.
#
#   bash .ci/docker_engine.sh [test] [arguments for deno test]
#       All of it, for tests/docker/real_engine*_test.ts alone. DENO names
#       another deno than the one on the PATH.
#
# Each test starts a dockerd of its own on a private socket, and deletes its
# data afterwards; no other engine is touched. Without an engine the tests are
# ignored, with the reason in their names, and the exit status is 0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

is_missing() {
  local program
  for program in dockerd docker busybox openssl tar; do
    command -v "$program" >/dev/null || return 0
  done
  return 1
}

install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update &&
    apt-get install -y --no-install-recommends \
      docker.io busybox-static openssl tar
}

# One real start tells more than any list of conditions.
try_engine() {
  local folder pid
  folder="$(mktemp -d)"
  dockerd --bridge=none --iptables=false --ip6tables=false \
    --data-root "$folder/data" --exec-root "$folder/exec" -p "$folder/pid" \
    -H "unix://$folder/docker.sock" >"$folder/log" 2>&1 &
  pid=$!
  for _ in $(seq 150); do
    docker -H "unix://$folder/docker.sock" version >/dev/null 2>&1 && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  docker -H "unix://$folder/docker.sock" version >/dev/null 2>&1 ||
    echo "dockerd does not start: $(tail -n 1 "$folder/log")"
  kill "$pid" 2>/dev/null || true
  wait "$pid" || true
  rm -rf "$folder"
}

prepare() {
  if [ "$(id -u)" != 0 ]; then
    echo "dockerd needs root"
    return
  fi
  if is_missing && command -v apt-get >/dev/null; then
    install >&2 || true
  fi
  if is_missing; then
    echo "docker.io, busybox-static or openssl cannot be installed"
    return
  fi
  try_engine
}

verdict() {
  if [ -n "${DOCKER_ENGINE_UNAVAILABLE:-}" ]; then
    echo "NO REAL DOCKER ENGINE WAS TESTED: ${DOCKER_ENGINE_UNAVAILABLE^^}"
  fi
}

case "${1:-test}" in
  prepare) prepare ;;
  verdict) verdict ;;
  *)
    if [ "${1:-}" = test ]; then shift; fi
    DOCKER_ENGINE_UNAVAILABLE="$(prepare)"
    export DOCKER_ENGINE_UNAVAILABLE
    status=0
    "${DENO:-deno}" test -A --trace-leaks "$@" tests/docker/real_engine*_test.ts ||
      status=$?
    verdict
    exit "$status"
    ;;
esac
