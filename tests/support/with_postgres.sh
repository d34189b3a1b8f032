#!/usr/bin/env bash
# with_postgres.sh [--tls] COMMAND [ARGUMENT...]
#
# Runs COMMAND with a PostgreSQL server of its own: a fresh cluster in a temporary directory, reached through
#   TENON_TEST_POSTGRES_URL      its Unix socket, as superuser postgres
#   TENON_TEST_POSTGRES_TCP_URL  127.0.0.1
#   TENON_TEST_POSTGRES_CONTROL  a command line to which an action of pg_ctl is added: "restart --mode fast"
#   TENON_TEST_POSTGRES_DATA     its data directory
#   TENON_TEST_POSTGRES_RUN      what goes before the name of a server program, to run it as the server's user in
#                                the directory of the socket, where the cluster is "data"
# without a password. The server ends and the directory goes when COMMAND does; the exit code is COMMAND's.
#
# With --tls the server speaks TLS, asks the members of the role password_users for their passwords,
# and the command also gets
#   TENON_TEST_POSTGRES_TLS      a directory with ca.crt, which signed the server's certificate for localhost,
#                                and other.crt, a certificate authority that did not
# The server's programs are found through pg_config, or in TENON_TEST_POSTGRES_BIN.
set -euo pipefail

tls=
if [ "${1:-}" = --tls ]; then
  tls=yes
  shift
fi
if [ $# -eq 0 ]; then
  echo "usage: $0 [--tls] COMMAND [ARGUMENT...]" >&2
  exit 2
fi

bin=${TENON_TEST_POSTGRES_BIN:-$(pg_config --bindir)}
if [ ! -x "$bin/initdb" ]; then
  echo "$0: no PostgreSQL server programs in $bin" >&2
  exit 2
fi

directory=$(mktemp -d "${TMPDIR:-/tmp}/tenon-postgres.XXXXXX")
run=()  # the server refuses to run as root
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$directory"
  chmod 755 "$directory"
  run=(setpriv --reuid=postgres --regid=postgres --clear-groups)
fi

as_server() { (cd "$directory" && "${run[@]}" "$@"); }

stop() {
  trap - EXIT INT TERM HUP
  if [ -f "$directory/data/postmaster.pid" ]; then
    as_server "$bin/pg_ctl" --pgdata "$directory/data" --mode immediate --wait stop >/dev/null 2>&1 || true
  fi
  rm -rf "$directory"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

as_server "$bin/initdb" --pgdata "$directory/data" --username postgres --auth trust --encoding UTF8 \
  --locale C.UTF-8 --no-sync >"$directory/initdb.log" 2>&1 || { cat "$directory/initdb.log" >&2; exit 2; }
cat >>"$directory/data/postgresql.conf" <<CONF
unix_socket_directories = '$directory'
listen_addresses = '127.0.0.1'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
max_prepared_transactions = 8
shared_buffers = 64MB
CONF

certificates() {
  cd "$directory"
  local name
  for name in ca other; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=tenon test $name" \
      -keyout $name.key -out $name.crt
  done
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
    -keyout server.key -out server.csr
  openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -out server.crt \
    -extfile <(echo subjectAltName=DNS:localhost)
  chmod 600 server.key
  if [ ${#run[@]} -gt 0 ]; then chown postgres server.key; fi
}

if [ -n "$tls" ]; then
  (certificates) >"$directory/openssl.log" 2>&1 || { cat "$directory/openssl.log" >&2; exit 2; }
  cat >>"$directory/data/postgresql.conf" <<CONF
ssl = on
ssl_cert_file = '$directory/server.crt'
ssl_key_file = '$directory/server.key'
CONF
  sed -i '1i host all +password_users all scram-sha-256\nlocal all +password_users scram-sha-256' \
    "$directory/data/pg_hba.conf"
fi

# A port below the ephemeral range; the server itself finds out whether it is free.
started=
for _ in 1 2 3 4 5 6 7 8 9 10; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  if as_server "$bin/pg_ctl" --pgdata "$directory/data" --log "$directory/server.log" --wait \
    --options "-p $port" start >/dev/null 2>&1; then
    started=yes
    break
  fi
done
if [ -z "$started" ]; then
  cat "$directory/server.log" >&2
  exit 2
fi

export TENON_TEST_POSTGRES_URL="postgresql://postgres@/postgres?host=$directory&port=$port"
export TENON_TEST_POSTGRES_TCP_URL="postgresql://postgres@127.0.0.1:$port/postgres"
if [ -n "$tls" ]; then
  export TENON_TEST_POSTGRES_TLS="$directory"
fi
export TENON_TEST_POSTGRES_RUN="cd '$directory' && ${run[*]} $bin/"
export TENON_TEST_POSTGRES_DATA="$directory/data"
export TENON_TEST_POSTGRES_CONTROL="cd '$directory' && ${run[*]} '$bin/pg_ctl' --pgdata '$directory/data' \
  --log '$directory/server.log' --wait --silent"
status=0
"$@" || status=$?
exit "$status"
