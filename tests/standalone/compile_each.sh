#!/usr/bin/env bash
# compile_each.sh INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;)
set -euo pipefail
root=$1
flags="-std=c++20 -fsyntax-only -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror -I$root"
IFS=';' read -ra directories <<<"${3:-}"
for directory in "${directories[@]}"; do
  case $directory in
    "" | "$root" | /usr/include) ;;
    *) flags+=" -isystem $directory" ;;
  esac
done
export compiler=$2 flags

compile() {
  # shellcheck disable=SC2086
  printf '#include <%s>\n#include <%s>\n' "$1" "$1" | $compiler $flags -x c++ - || { echo "FAILED: $1"; return 1; }
}
export -f compile

cd "$root"
headers=$(find tenon -name '*.hpp' -not -path 'tenon/testing/*' | sort)
echo "$headers" | wc -l
echo "$headers" | xargs -P "$(nproc)" -I{} bash -c 'compile {}'
