#!/bin/sh
# System packages that the tests need, installed where the machine is a Debian and lets us; said plainly elsewhere.
# `packages.sh venv` brings only what `python3 -m venv` needs.
set -u
missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
if [ "${1:-}" = venv ]; then
    missing="python3-venv"
else
    command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="$missing chromium"
    need fc-list fontconfig
    [ -d /usr/share/fonts/truetype/dejavu ] || [ ! -f /etc/debian_version ] || missing="$missing fonts-dejavu-core"
fi
[ -z "$missing" ] && exit 0
if [ ! -f /etc/debian_version ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with your system's package manager:$missing" >&2
    echo "Tests that need them are skipped, with the reason." >&2
    [ "${1:-}" = venv ] && exit 1
    exit 0
fi
as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo"; else
        echo "Please run: sudo apt-get install$missing" >&2
        [ "${1:-}" = venv ] && exit 1
        exit 0
    fi
fi
echo "Installing system packages for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 - a list of words on purpose
$as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null || {
    echo "The packages could not be installed:$missing. Tests that need them are skipped, with the reason." >&2
    [ "${1:-}" = venv ] && exit 1
}
exit 0
