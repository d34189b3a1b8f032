#!/usr/bin/env bash
# check_includes.sh DIRECTORY: no public header includes a database client; nlohmann/json only where a host
# asks for a parsed document.
set -euo pipefail
cd "$1"
bad=$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"](sqlite3|SQLiteCpp|pqxx|libpq|postgres_ext|pg_config)' . || true)
bad+=$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"]nlohmann' . |
  grep -vE '^\./(json_document|json_column)\.hpp:' || true)
# An include never points upward: the contract knows nothing of the floors above it.
bad+=$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"]tenon/(database|repository|query|transaction|tenant_scope|[a-z]+_store)' \
  backend || true)
# Private folders and test frameworks stay out of what a host includes.
bad+=$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"](gtest|gmock|tenon/testing)' . | grep -v '^\./testing/' || true)
if [ -n "$bad" ]; then
  echo "$bad"
  exit 1
fi
