#!/usr/bin/env bash
# compile_each.sh INCLUDE_DIRECTORY COMPILER OTHER_DIRECTORIES(separated by ;)
#
# Each public header compiles alone, and twice. One run of the compiler sees several, each of which includes the one
# before it: where the body of a header begins, just that is known which it has included, as if it were alone.
set -euo pipefail
root=$1
. "$(dirname "${BASH_SOURCE[0]}")/../support/compiler_flags.sh"
flags+=(-fsyntax-only -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Werror -x c++ -)
if ! "$compiler" --version | grep -q clang; then flags=(-Wuseless-cast "${flags[@]}"); fi

# compile HEADER...
compile() {
  printf '#include <%s>\n' "$@" "$@" | "$compiler" "${flags[@]}" || { echo "FAILED: $*"; return 1; }
}

# The headers, each once: a line has one, one that includes it, one that includes that …
rows() {
  find tenon -name '*.hpp' -not -path 'tenon/testing/*' | sort | xargs awk '
    FNR == 1 { names[++count] = FILENAME; at_head = 1; depth = 0 }
    /^[ \t]*#[ \t]*if/ { ++depth }
    /^[ \t]*#[ \t]*endif/ { --depth }
    at_head && depth == 0 && match($0, /^#include <tenon\/[^>]*>/) { includes[FILENAME] = includes[FILENAME] " " substr($0, 11, RLENGTH - 11) }
    !/^[ \t]*($|#|\/\/)/ { at_head = 0 }  # what is included further down is not known above it
    function reach(from, name,    direct, n, i) {
      n = split(includes[name], direct)
      for (i = 1; i <= n; ++i)
        if (!((from, direct[i]) in reached)) { reached[from, direct[i]] = 1; ++reaches[from]; reach(from, direct[i]) }
    }
    function most(within,    i, found) {  # that which includes most, of those that `within` includes
      for (i = 1; i <= count; ++i)
        if (!(names[i] in placed) && (within == "" || (within, names[i]) in reached) &&
            (found == "" || reaches[names[i]] > reaches[found])) found = names[i]
      return found
    }
    END {
      for (i = 1; i <= count; ++i) reach(names[i], names[i])
      while ((top = most("")) != "") {
        row = ""
        for (; top != ""; top = most(top)) { placed[top] = 1; row = top " " row }
        print row
      }
    }'
}

cd "$root"
rows=$(rows)
echo "$(wc -w <<<"$rows") headers in $(wc -l <<<"$rows") runs"
failed=0
running=0
while read -ra row; do
  if [ $running -ge "$(nproc)" ]; then
    wait -n || failed=1
    running=$((running - 1))
  fi
  compile "${row[@]}" &
  running=$((running + 1))
done <<<"$rows"
while [ $running -gt 0 ]; do
  wait -n || failed=1
  running=$((running - 1))
done
exit $failed
