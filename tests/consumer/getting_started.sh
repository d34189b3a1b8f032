#!/usr/bin/env bash
# getting_started.sh DIRECTORY, called by ctest with the environment of CMakeLists.txt.
#
# Does what docs/getting-started.md says, block by block, in an empty folder:
#   ```LANGUAGE FILE   writes the file
#   ```sh              runs; `sh postgres` where there is a server (TENON_TEST_POSTGRES_URL)
#   ```text            is what the block before it printed
# apt-get only looks whether the packages are there.
set -euo pipefail
work=$1
rm -rf "$work"
mkdir -p "$work/blocks" "$work/bin" "$work/newcomer"
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
page=$SOURCE/docs/getting-started.md

# Block n becomes blocks/n.body, and what stands behind its fence blocks/n.info.
awk -v directory="$work/blocks" '
  /^```/ && !inside { inside = 1; ++n; print substr($0, 4) >(directory "/" n ".info"); printf "" >(directory "/" n ".body"); next }
  /^```/ { inside = 0; next }
  inside { print >(directory "/" n ".body") }' "$page"
count=$(ls "$work/blocks" | grep -c info)
[ "$count" -ge 10 ] || die "$page has only $count blocks"

cat >"$work/bin/apt-get" <<'SH'
#!/usr/bin/env bash
[ "$1 $2" = "install -y" ] || exit 1
for package in "${@:3}"; do
  case $package in libboost*) continue ;; esac  # its name differs between releases
  dpkg-query -W "$package" >/dev/null || exit 1
done
SH
chmod +x "$work/bin/apt-get"
command -v dpkg-query >/dev/null || printf '#!/bin/sh\n' >"$work/bin/apt-get"

# The folder `tenon` of the page is the checkout by its own name, and the build is the page's with the compiler and the
# flags of the build that runs the tests: so ccache finds what that has compiled.
cat >"$work/bin/cmake" <<SH
#!/usr/bin/env bash
for argument; do
  shift
  if [ "\$argument" = tenon ]; then argument="$SOURCE"; fi
  set -- "\$@" "\$argument"
done
exec "$CMAKE" "\$@"
SH
chmod +x "$work/bin/cmake"
cat >"$work/toolchain.cmake" <<CMAKE
set(CMAKE_CXX_COMPILER "$CXX")
set(CMAKE_CXX_FLAGS_DEBUG -g0 CACHE STRING "")
set(TENON_OPTIMIZED_LIBRARIES "$OPTIMIZED_LIBRARIES" CACHE BOOL "")
CMAKE
export PATH=$work/bin:$(dirname "$CMAKE"):$PATH CMAKE_TOOLCHAIN_FILE=$work/toolchain.cmake CMAKE_BUILD_TYPE=Debug
export CMAKE_GENERATOR=$GENERATOR
if [ ${#launcher[@]} -gt 0 ]; then export CMAKE_CXX_COMPILER_LAUNCHER=${launcher[0]#*=}; fi
if [ -n "${TENON_TEST_POSTGRES_URL:-}" ]; then
  name=getting_started_$$
  psql -qX "$TENON_TEST_POSTGRES_URL" -c "create database $name"
  trap 'psql -qX "$TENON_TEST_POSTGRES_URL" -c "drop database $name with (force)"' EXIT
  export POSTGRES_URL=${TENON_TEST_POSTGRES_URL/"/postgres?"/"/$name?"}
fi

cd "$work/newcomer"
ran=
for n in $(seq "$count"); do
  info=$(cat "$work/blocks/$n.info")
  body=$work/blocks/$n.body
  case $info in
    "sh postgres" | sh)
      if [ "$info" = "sh postgres" ] && [ -z "${POSTGRES_URL:-}" ]; then
        echo "== SKIPPED: block $n needs TENON_TEST_POSTGRES_URL"
        ran=
        continue
      fi
      echo "== block $n: $(head -1 "$body")"
      bash -euo pipefail "$body" >"$work/output" 2>&1 || { tail -50 "$work/output" >&2; die "block $n of $page fails"; }
      ran=yes
      ;;
    text)
      [ -n "$ran" ] || continue
      tail -n "$(wc -l <"$body")" "$work/output" | diff "$body" - || die "block $n of $page is not what is printed"
      ;;
    *" "*)
      mkdir -p "$(dirname "${info#* }")"
      cp "$body" "${info#* }"
      ;;
    *) die "block $n of $page, \`$info\`, is not tested" ;;
  esac
done
cd /
rm -rf "$work"
