#!/usr/bin/env bash
# run.sh CASE DIRECTORY, called by ctest with the environment of CMakeLists.txt.
#
#   this_build     installs the build that runs the tests
#   shared         both backends as shared libraries; looks at what they export too
#   sqlite_only    builds with one backend; asking for the other must say how to get it
#   postgres_only
#   examples       each of EXAMPLES as the host project of its own that it is, which only finds its headers and links: its
#                  sources were compiled by the build that runs the tests
#   subdirectory   the host adds the folder of tenon's source
#   fetch_content  the host fetches tenon's source, what git would give, without what builds left in the checkout; it
#                  would build what a subdirectory builds, so every source is only seen to find its headers
#
# Each installation is moved before it is used, so nothing may remember where it was made.
set -euo pipefail
case_name=$1
work=$2
rm -rf "$work"
mkdir -p "$work"
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
moved=-DCMAKE_PREFIX_PATH=$work/moved

# The libraries show tenon's own names and no others.
check_exports() {
  local library strange shown
  for library in "$work"/moved/lib*/libtenon*.so "$work"/moved/lib*/*/libtenon*.so; do
    [ -e "$library" ] || continue
    shown=$(nm -D --defined-only -C "$library" | grep -v ' A ')
    echo "== $(basename "$library") exports $(echo "$shown" | wc -l) names"
    strange=$(echo "$shown" | grep -vE 'tenon(::|_register_)' || true)
    strange+=$(echo "$shown" | grep -E ' (SQLite|pqxx|prometheus)::' || true)
    [ -z "$strange" ] || die "$strange"
  done
}

install_this_build() {
  quietly "$work/install.log" "$CMAKE" --install "$THIS_BUILD" --prefix "$work/made"
  mv "$work/made" "$work/moved"
}

# finds_its_headers DIRECTORY : preprocesses each source of a configured project with the command that would compile
# it; every header must be there, and none may be the checkout's.
finds_its_headers() {
  local command count=0
  while read -r command; do
    quietly "$work/preprocess.log" bash -c "cd '$1' && $command"
    if sed -n 's/^# [0-9]* "\([^"]*\)".*/\1/p' "$work/preprocessed" | sort -u | grep -F "$SOURCE/" | grep -vF "$work/"; then
      die "a header of the checkout was used"
    fi
    count=$((count + 1))
  done < <(sed -n 's/^ *"command": "\(.*\)",$/\1/p' "$1/compile_commands.json" |
    sed "s#\\\\\"#\"#g; s#\\\\\\\\#\\\\#g; s# -o [^ ]* -c # -E -o '$work/preprocessed' #")
  [ "$count" -gt 0 ] || die "$1/compile_commands.json names no source"
  echo "$count sources find their headers"
}

case $case_name in
  this_build)
    install_this_build
    refused "sqlite+mysql" "tenon has no component 'mysql'; its components are: sqlite, postgres" "$moved"
    refused_version=0.$((VERSION_MINOR + 1))
    refused "sqlite" "requested version \"$refused_version\"" "$moved" -DTENON_VERSION="$refused_version"
    use "" "$moved" -DREADME_PROGRAM="$(readme_program)" -DHOST_ATTACKS=ON
    if [ -e "$work/host-/attacks" ]; then
      echo "== attacks on the host's own table"
      (cd "$work/host-" && ./attacks --gtest_brief=1)
    fi
    if [ -e "$work/host-/readme" ]; then
      echo "== the README's program"
      (cd "$work/host-" && ./readme)
    fi
    if [ -x "$work/moved/bin/tenon" ]; then "$work/moved/bin/tenon" --help >/dev/null; fi
    if [ -n "$BOTH_BACKENDS" ]; then
      use_old_host "$moved"
      if [ -n "$ARCHIVES" ]; then optional_left_out postgres PostgreSQL "$moved"; fi
      use_pkg_config "$work/moved" "$ARCHIVES" sqlite::memory: postgresql://nobody@127.0.0.1:1/none
    fi
    ;;
  shared)
    build_and_install -DBUILD_SHARED_LIBS=ON -DTENON_PROMETHEUS="$PROMETHEUS"
    mv "$work/made" "$work/moved"
    check_exports
    use "" "$moved" -DREADME_PROGRAM="$(readme_program)" -DCMAKE_EXE_LINKER_FLAGS=-Wl,--as-needed \
      -DCMAKE_CXX_STANDARD_LIBRARIES="'$(unused_library)'"
    takes_no_unused_library "$work/host-/host"
    (cd "$work/host-" && ./readme)
    use "sqlite" "$moved"
    use_old_host "$moved" -DCMAKE_EXE_LINKER_FLAGS=-Wl,--as-needed
    use_pkg_config "$work/moved" "" sqlite::memory: postgresql://nobody@127.0.0.1:1/none
    ;;
  sqlite_only)
    build_and_install -DTENON_POSTGRES=OFF
    mv "$work/made" "$work/moved"
    refused "postgres" "tenon was built without the component 'postgres'; configure tenon with -DTENON_POSTGRES=ON" "$moved"
    refused "prometheus" "tenon was built without the component 'prometheus'; configure tenon with -DTENON_PROMETHEUS=ON" "$moved"
    [ ! -e "$work/moved/include/tenon/observers/prometheus.hpp" ] || die "a header without its library was installed"
    use "sqlite" "$moved"
    use_pkg_config "$work/moved" archives sqlite::memory:
    ;;
  postgres_only)
    build_and_install -DTENON_SQLITE=OFF
    mv "$work/made" "$work/moved"
    refused "sqlite" "tenon was built without the component 'sqlite'; configure tenon with -DTENON_SQLITE=ON" "$moved"
    use "" "$moved" -DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=ON  # libpqxx is found without it
    ;;
  # With nothing else of the checkout in reach. The objects are those of the build that runs the tests.
  examples)
    install_this_build
    cp -r "$SOURCE/examples" "$work/examples"
    export work
    for example in $EXAMPLES; do
      echo "== example $example"
      quietly "$work/configure.log" "$CMAKE" -S "$work/examples/$example" -B "$work/$example" "${common[@]}" "$moved" \
        -DCMAKE_UNITY_BUILD="$UNITY_PROGRAMS" \
        -DCMAKE_CXX_COMPILER_LAUNCHER="bash;$SOURCE/tests/consumer/borrow.sh;$THIS_BUILD/examples/$example"
      quietly "$work/build.log" "$CMAKE" --build "$work/$example" --parallel 1
      sed -n '/^compiled: /p' "$work/build.log"
      "$work/$example/$example" --help >"$work/said" 2>&1 || [ $? -le 2 ] || die "$example does not run: $(cat "$work/said")"
      [ -s "$work/said" ] || die "$example says nothing"
    done
    ;;
  subdirectory)
    use "sqlite" "${as_tested[@]}" -DTENON_FROM="$SOURCE" -DTENON_POSTGRES=OFF -DTENON_WERROR=ON
    [ ! -e "$work/host-sqlite/tenon/tests" ] || die "a subdirectory built tenon's tests"
    ;;
  fetch_content)
    host_source=$work/host
    cp -r "$SOURCE/tests/consumer/host" "$host_source"
    mkdir "$work/tenon-$VERSION"
    tar -C "$SOURCE" --exclude='./build*' --exclude=./.git -cf - . | tar -C "$work/tenon-$VERSION" -xf -
    tar -C "$work" -czf "$work/tenon.tar.gz" "tenon-$VERSION"
    rm -rf "$work/tenon-$VERSION"
    quietly "$work/host.log" configure_host "sqlite" -DTENON_FROM="file://$work/tenon.tar.gz" -DTENON_POSTGRES=OFF \
      -DTENON_WERROR=ON -DCMAKE_UNITY_BUILD=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
    finds_its_headers "$work/host-sqlite"
    ;;
  *)
    die "unknown case $case_name"
    ;;
esac

if grep -rlF "$work/made" "$work"/moved/lib*/cmake "$work"/moved/lib*/*/cmake "$work"/moved/lib*/pkgconfig \
  "$work"/moved/lib*/*/pkgconfig 2>/dev/null; then
  die "the package remembers where it was installed"
fi
rm -rf "$work"
