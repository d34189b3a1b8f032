# To be sourced: own_database makes a database on the server of TENON_TEST_POSTGRES_URL, leaves its URL in
# $own_url and drops it when the script ends; empty, with a word of it, where there is no server.
own_url=
own_database() {
  if [ -z "${TENON_TEST_POSTGRES_URL:-}" ]; then
    echo "SKIPPED: PostgreSQL; TENON_TEST_POSTGRES_URL is not set"
    return
  fi
  own_name="tenon_cost_$$"
  psql -qX "$TENON_TEST_POSTGRES_URL" -c "create database $own_name"
  case $TENON_TEST_POSTGRES_URL in
    *\?*) own_url="$TENON_TEST_POSTGRES_URL&dbname=$own_name" ;;
    *) own_url="$TENON_TEST_POSTGRES_URL?dbname=$own_name" ;;
  esac
}
drop_own_database() {
  if [ -n "$own_url" ]; then psql -qX "$TENON_TEST_POSTGRES_URL" -c "drop database if exists $own_name"; fi
}
