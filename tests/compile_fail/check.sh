#!/usr/bin/env bash
# check.sh CASE HEADER INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;)
#
# HEADER is included first; it may be one that precompile.sh made, or empty.
set -euo pipefail
case_file=$1
header=$2
shift 2
. "$(dirname "${BASH_SOURCE[0]}")/../support/compiler_flags.sh"
flags+=(-fsyntax-only)
if [ -n "$header" ]; then flags+=(-include "$header" -Winvalid-pch); fi

"$compiler" "${flags[@]}" "$case_file" || { echo "the right use does not compile"; exit 1; }

if message=$("$compiler" "${flags[@]}" -DMISUSE "$case_file" 2>&1); then
  echo "the misuse compiles"
  exit 1
fi
# "// expect: one text | another"
expected=$(sed -n '1s|^// expect: ||p' "$case_file")
[ -n "$expected" ] || { echo "the case does not say what to expect"; exit 1; }
while [ -n "$expected" ]; do
  text=${expected%% | *}
  if grep -qF -- "$text" <<<"$message"; then
    exit 0
  fi
  [ "$text" = "$expected" ] && break
  expected=${expected#* | }
done
echo "$message" | head -40
echo "the message holds none of the expected texts"
exit 1
