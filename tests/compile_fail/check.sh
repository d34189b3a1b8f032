#!/usr/bin/env bash
# check.sh CASE INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;)
set -euo pipefail
case_file=$1
flags=(-std=c++20 -fsyntax-only "-I$2")
IFS=';' read -ra directories <<<"${4:-}"
for directory in "${directories[@]}"; do
  case $directory in
    "" | "$2" | /usr/include) ;;
    *) flags+=(-isystem "$directory") ;;
  esac
done

"$3" "${flags[@]}" "$case_file" || { echo "the right use does not compile"; exit 1; }

if message=$("$3" "${flags[@]}" -DMISUSE "$case_file" 2>&1); then
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
