#!/usr/bin/env bash
# Runs the tests that need a real Docker Engine.
#
# Installs Debian's docker.io and busybox-static (and openssl, for the TLS
# test) where they are missing and can be installed, and runs
# tests/docker/real_engine_test.ts. Each test starts a dockerd of its own on a
# private socket, and deletes its data afterwards; no other engine is touched.
#
# Where no engine can be started, the tests are reported as ignored, with the
# reason in their names, and the last line says so in capitals; the exit status
# is that of the tests all the same, so that such a machine can run the rest.
#
# Usage: bash .ci/docker_engine.sh [arguments for deno test]
set -euo pipefail
cd "$(dirname "$0")/.."

needed=(dockerd docker busybox openssl)
missing() {
  local program
  for program in "${needed[@]}"; do
    command -v "$program" >/dev/null || return 0
  done
  return 1
}

if missing && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  if ! { apt-get update && apt-get install -y --no-install-recommends \
    docker.io busybox-static openssl tar; } >/tmp/docker_engine_install.log 2>&1; then
    tail -n 5 /tmp/docker_engine_install.log
  fi
fi

# One real start tells more than any list of conditions.
reason=""
if missing; then
  reason="docker.io, busybox-static or openssl is missing and could not be installed"
elif [ "$(id -u)" != 0 ]; then
  reason="dockerd needs root"
else
  trial="$(mktemp -d)"
  dockerd --bridge=none --iptables=false --ip6tables=false \
    --data-root "$trial/data" --exec-root "$trial/exec" -p "$trial/pid" \
    -H "unix://$trial/docker.sock" >"$trial/log" 2>&1 &
  pid=$!
  for _ in $(seq 150); do
    [ -S "$trial/docker.sock" ] && docker -H "unix://$trial/docker.sock" version >/dev/null 2>&1 && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  if ! docker -H "unix://$trial/docker.sock" version >/dev/null 2>&1; then
    reason="dockerd does not start: $(tail -n 1 "$trial/log")"
  fi
  kill "$pid" 2>/dev/null || true
  wait "$pid" || true
  rm -rf "$trial"
fi

if [ -n "$reason" ]; then
  export DOCKER_ENGINE_UNAVAILABLE="$reason"
fi
status=0
deno test -A --trace-leaks "$@" tests/docker/real_engine_test.ts || status=$?
if [ -n "$reason" ]; then
  echo "NO REAL DOCKER ENGINE WAS TESTED: ${reason^^}"
fi
exit "$status"
