# Sourced by the run scripts: the packages that tenon is built with on Debian 12 and 13.

# The headers of Boost: Debian 12's default is 1.74, older than tenon can use, and it has 1.81 beside it.
debian_boost_package() {
  if apt-cache policy libboost1.81-dev 2>/dev/null | grep -q 'Candidate: [0-9]'; then
    echo libboost1.81-dev
  else
    echo libboost-dev
  fi
}

# install_debian_packages PACKAGE... : installs those that are missing, as root or through sudo. `boost` stands
# for the package above. Without dpkg it only says what is needed.
install_debian_packages() {
  if ! command -v dpkg-query >/dev/null; then
    echo "$0: not Debian; needed are the equivalents of: $*"
    return 0
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  local missing=() package listed=
  for package in "$@"; do
    if [ "$package" = boost ]; then
      case $(dpkg-query -W -f ' ${db:Status-Status} ' 'libboost1.8[1-9]-dev' 'libboost1.9*-dev' 2>/dev/null) in
        *' installed '*) continue ;;
      esac
    elif [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ]; then
      continue
    fi
    missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
    echo "$0: not root and no sudo; as root, run: apt-get install ${missing[*]/#boost/libboost-dev (1.81 or newer)}" >&2
    return 1
  fi
  echo "== Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  listed=$(debian_boost_package)
  missing=("${missing[@]/#boost/$listed}")
  # The server's package would make and start a cluster; the tests bring their own.
  if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}
