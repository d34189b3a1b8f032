# Sourced by the run scripts: the packages that tenon is built with on Debian 12 and 13.

# Whether this Debian has the package. The answer is read whole: under pipefail, `grep -q`, which stops reading
# at what it looks for, would make the command before it fail.
debian_has_package() {
  case $(apt-cache policy "$1" 2>/dev/null) in
    *'Candidate: '[0-9]*) return 0 ;;
    *) return 1 ;;
  esac
}

# The headers of Boost: Debian 12's default is 1.74, older than tenon can use, and it has 1.81 beside it.
debian_boost_package() {
  if debian_has_package libboost1.81-dev; then
    echo libboost1.81-dev
  else
    echo libboost-dev
  fi
}

# The newest clang++ here that can build tenon: its command, or nothing.
newest_clang() {
  local version
  version=$(compgen -c clang++- | sed -n 's/^clang++-\([0-9][0-9]*\)$/\1/p' | sort -rn | head -1)
  if [ "${version:-0}" -ge 16 ]; then
    echo "clang++-$version"
  elif command -v clang++ >/dev/null && [ "$(clang++ -dumpversion | cut -d. -f1)" -ge 16 ]; then
    echo clang++
  fi
}

# The package of the newest clang that this Debian has.
debian_clang_package() {
  local version
  for version in $(apt-cache pkgnames clang- | sed -n 's/^clang-\([0-9][0-9]*\)$/\1/p' | sort -rn); do
    if debian_has_package "clang-$version"; then
      echo "clang-$version"
      return 0
    fi
  done
  echo "$0: this Debian has no clang" >&2
  return 1
}

# The versions of clang that the fuzzers build with: Debian 12 has 16, Debian 13 has 19.
debian_fuzzing_clangs='16 19 18 17'

# The packages of the first of them that this Debian has; nothing, said aloud, where it has none.
debian_libfuzzer_packages() {
  local version
  for version in $debian_fuzzing_clangs; do
    if debian_has_package "libclang-rt-$version-dev"; then
      echo "clang-$version" "libclang-rt-$version-dev"
      return 0
    fi
  done
  echo "$0: this Debian has no clang $debian_fuzzing_clangs with libFuzzer; the fuzzers will be SKIPPED" >&2
}

debian_has_libfuzzer() {
  local version
  for version in $debian_fuzzing_clangs; do
    case $(dpkg-query -W -f ' ${db:Status-Status} ' "clang-$version" "libclang-rt-$version-dev" 2>/dev/null) in
      ' installed  installed ') return 0 ;;
    esac
  done
  return 1
}

# install_debian_packages PACKAGE... : installs those that are missing, as root or through sudo. `boost`,
# `newest-clang` and `libfuzzer` stand for the packages above. Without dpkg it only says what is needed.
install_debian_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "$0: not Debian; needed are the equivalents of: $*"
    return 0
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  local missing=() package listed= names
  for package in "$@"; do
    if [ "$package" = boost ]; then
      case $(dpkg-query -W -f ' ${db:Status-Status} ' 'libboost1.8[1-9]-dev' 'libboost1.9*-dev' 2>/dev/null) in
        *' installed '*) continue ;;
      esac
    elif [ "$package" = newest-clang ]; then
      if [ -n "$(newest_clang)" ]; then continue; fi
    elif [ "$package" = libfuzzer ]; then
      if debian_has_libfuzzer; then continue; fi
    elif [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ]; then
      continue
    fi
    missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
    names=${missing[*]/#boost/libboost-dev (1.81 or newer)}
    names=${names/newest-clang/clang-16}
    echo "$0: not root and no sudo; as root, run: apt-get install ${names/libfuzzer/clang-16 libclang-rt-16-dev}" >&2
    return 1
  fi
  echo "== Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  listed=$(debian_boost_package)
  missing=("${missing[@]/#boost/$listed}")
  if [[ " ${missing[*]} " == *" newest-clang "* ]]; then
    listed=$(debian_clang_package)
    missing=("${missing[@]/#newest-clang/$listed}")
  fi
  if [[ " ${missing[*]} " == *" libfuzzer "* ]]; then
    listed=$(debian_libfuzzer_packages)
    # Unquoted: several names, or none.
    # shellcheck disable=SC2206
    missing=(${missing[@]/#libfuzzer/$listed})
    [ ${#missing[@]} -gt 0 ] || return 0
  fi
  # The server's package would make and start a cluster; the tests bring their own.
  if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}
