#!/usr/bin/env bash
# precompile.sh HEADER INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;)
#
# Makes HEADER, which is all of tenon, and compiles it once for every case.
set -euo pipefail
header=$1
shift
. "$(dirname "${BASH_SOURCE[0]}")/../support/compiler_flags.sh"
mkdir -p "$(dirname "$header")"
echo '#include <tenon/tenon.hpp>' >"$header"
"$compiler" "${flags[@]}" -x c++-header "$header" -o "$header.gch"
