#!/usr/bin/env bash
# Makes Chromium available to the tests of the console.
#
#   bash .ci/browser.sh prepare
#       Installs Debian's chromium where it is missing. Prints nothing where it
#       can be started, else one line: the reason.
#
#   bash .ci/browser.sh verdict
#       Where BROWSER_UNAVAILABLE holds a reason, says in capitals that the
#       console was not tested, and why.
set -euo pipefail

prepare() {
  if ! command -v chromium >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update >&2 2>&1 &&
      apt-get install -y --no-install-recommends chromium >&2 2>&1 || {
      echo "chromium cannot be installed"
      return 0
    }
  fi
  chromium --no-sandbox --headless --version >/dev/null 2>&1 ||
    echo "chromium does not start"
}

case "${1:-}" in
  prepare) prepare ;;
  verdict)
    if [ -n "${BROWSER_UNAVAILABLE:-}" ]; then
      echo "THE CONSOLE WAS NOT TESTED IN A BROWSER: ${BROWSER_UNAVAILABLE^^}"
    fi
    ;;
  *)
    echo "Usage: bash .ci/browser.sh prepare|verdict" >&2
    exit 2
    ;;
esac
