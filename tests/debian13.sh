#!/usr/bin/env bash
# tests/debian13.sh [--fresh] [ARGUMENT of tests/run.sh...]
#
# Builds tenon and runs its tests on Debian 13 (g++ 14, libpqxx 7.10, PostgreSQL 17, SQLite 3.46), in a chroot
# that is made in build/debian/trixie; --fresh makes it anew. As root, on Debian. Not part of CI: the first run
# takes as long as tests/run.sh on a bare machine.
set -euo pipefail
cd "$(dirname "$0")"
fresh=()
if [ "${1:-}" = --fresh ]; then
  fresh=(--fresh)
  shift
fi
exec bash support/in_debian.sh "${fresh[@]}" trixie bash tests/run.sh "$@"
