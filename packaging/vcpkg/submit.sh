#!/usr/bin/env bash
# submit.sh OWNER/REPOSITORY ARCHIVE DIRECTORY
#
# Writes into DIRECTORY the port as it is submitted to vcpkg: ports/tenon with the source of a release in place
# of the checkout. ARCHIVE is the file that the forge serves for the tag v<version>
# (archive/refs/tags/v<version>.tar.gz); its SHA-512 goes into the port.
set -euo pipefail
if [ $# -ne 3 ] || [[ ! $1 =~ ^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$ ]] || [ ! -f "$2" ]; then
  sed -n '2,6p' "$0" | sed 's/^# \{0,1\}//' >&2
  exit 2
fi
repository=$1
archive=$2
directory=$3
port=$(cd "$(dirname "${BASH_SOURCE[0]}")/ports/tenon" && pwd)

version=$(sed -n 's/^ *"version": "\(.*\)",$/\1/p' "$port/vcpkg.json")
packed=$(tar -xOzf "$archive" --wildcards '*/packaging/vcpkg/ports/tenon/vcpkg.json' | sed -n 's/^ *"version": "\(.*\)",$/\1/p')
if [ "$packed" != "$version" ]; then
  echo "$0: the archive is tenon '$packed', the port is of '$version'" >&2
  exit 1
fi
hash=$(sha512sum "$archive" | cut -d' ' -f1)

mkdir -p "$directory"
cp "$port/vcpkg.json" "$port/usage" "$directory/"
awk -v repository="$repository" -v hash="$hash" '
  /^# begin source/ {
    print "vcpkg_from_github("
    print "    OUT_SOURCE_PATH SOURCE_PATH"
    print "    REPO " repository
    print "    REF \"v${VERSION}\""
    print "    SHA512 " hash
    print "    HEAD_REF main"
    print ")"
    inside = 1
  }
  !inside
  /^# end source/ { inside = 0 }' "$port/portfile.cmake" >"$directory/portfile.cmake"
if [ "$(grep -c vcpkg_from_github "$directory/portfile.cmake")" -ne 1 ]; then
  echo "$0: $port/portfile.cmake has lost its marks" >&2
  exit 1
fi
echo "$directory: tenon $version from $repository"
