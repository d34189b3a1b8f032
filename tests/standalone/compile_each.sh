#!/usr/bin/env bash
# compile_each.sh INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;)
set -euo pipefail
root=$1
. "$(dirname "${BASH_SOURCE[0]}")/../support/compiler_flags.sh"
all_flags="${flags[*]} -fsyntax-only -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Werror"
export compiler all_flags

compile() {
  # shellcheck disable=SC2086
  printf '#include <%s>\n#include <%s>\n' "$1" "$1" | $compiler $all_flags -x c++ - || { echo "FAILED: $1"; return 1; }
}
export -f compile

cd "$root"
headers=$(find tenon -name '*.hpp' -not -path 'tenon/testing/*' | sort)
echo "$headers" | wc -l
echo "$headers" | xargs -P "$(nproc)" -I{} bash -c 'compile {}'
