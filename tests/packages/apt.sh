#!/usr/bin/env bash
# The packages that the run scripts install are found among those that a Debian has: here an apt-cache that says so
# a line at a time, so that a reader who leaves early is seen.
set -euo pipefail
. "$(dirname "$0")/../../packaging/debian/apt.sh"

available=
apt-cache() {
  case $1 in
    pkgnames) printf '%s\n' clang-14 clang-16 clang-format-16 clang-15 ;;
    policy)
      [[ " $available " == *" $2 "* ]] || { printf '%s:\n  Installed: (none)\n  Candidate: (none)\n' "$2"; return 0; }
      printf '%s:\n  Installed: (none)\n  Candidate: 1:%s-1\n' "$2" "${2//[^0-9]/}"
      for _ in $(seq 20); do
        sleep 0.01
        echo '        500 http://deb.debian.org/debian bookworm/main amd64 Packages' || return 141
      done
      ;;
  esac
}

failures=0
expect() {
  if [ "$1" != "$2" ]; then
    echo "$3: $2, should be: $1"
    failures=$((failures + 1))
  fi
}

available='libboost1.81-dev clang-14 clang-15 clang-16 libclang-rt-16-dev'
expect libboost1.81-dev "$(debian_boost_package)" "Boost of Debian 12"
expect clang-16 "$(debian_clang_package)" "the newest clang of Debian 12"
expect 'clang-16 libclang-rt-16-dev' "$(debian_libfuzzer_packages)" "libFuzzer of Debian 12"

available='clang-15 clang-14 libclang-rt-19-dev clang-19'
expect libboost-dev "$(debian_boost_package)" "Boost where there is no 1.81"
expect clang-15 "$(debian_clang_package)" "the newest clang that has a candidate"
expect 'clang-19 libclang-rt-19-dev' "$(debian_libfuzzer_packages)" "libFuzzer of Debian 13"

available=
expect '' "$(debian_libfuzzer_packages 2>/dev/null)" "libFuzzer where there is none"
exit $((failures > 0))
