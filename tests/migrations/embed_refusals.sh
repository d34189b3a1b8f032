#!/usr/bin/env bash
# embed_refusals.sh CMAKE MODULE DIRECTORY: tenon_embed_migrations stops for folders that it must not embed,
# and names the files.
set -euo pipefail
cmake=$1
module=$2
work=$3
rm -rf "$work"
failures=0

# refused TEXT FILE... : with these files, each "-- +goose Up" if it is named for goose
refused() {
  local text=$1 folder="$work/folder"
  shift
  rm -rf "$folder" "$work/build"
  mkdir -p "$folder/migrations"
  for file in "$@"; do printf -- '-- +goose Up\nSELECT 1;\n' >"$folder/migrations/$file"; done
  [ ! -e "$folder/migrations/7_plain.sql" ] || echo 'SELECT 1;' >"$folder/migrations/7_plain.sql"
  cat >"$folder/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.22)
project(refused LANGUAGES NONE)
include("$module")
add_library(it INTERFACE)
tenon_embed_migrations(it DIRECTORY migrations FUNCTION a::b)
CMAKE
  if "$cmake" -S "$folder" -B "$work/build" >"$work/log" 2>&1; then
    echo "accepted, but should say: $text"
    failures=$((failures + 1))
  elif [[ "$(tr '\n' ' ' <"$work/log" | tr -s ' ')" != *"$text"* ]]; then
    echo "should say: $text"
    cat "$work/log"
    failures=$((failures + 1))
  fi
}

refused "there is no migration in"
refused "there is no migration in" notes.sql
refused "version 1 stands twice in" 1_a.up.sql 001_b.up.sql
refused "001_b.up.sql and 1_a.up.sql" 1_a.up.sql 001_b.up.sql
refused "1_a.down.sql and 1_b.down.sql" 1_a.up.sql 1_a.down.sql 1_b.down.sql
refused "1_a.sql and 1_a.up.sql" 1_a.sql 1_a.up.sql
refused "1_b.sql and 1_c.down.sql" 1_b.sql 1_c.down.sql
refused "1_a.down.sql and 1_b.sql" 1_a.down.sql 1_b.sql
refused "1_a.down.sql: there is no .up.sql for version 1" 1_a.down.sql
refused "a.up.sql: a migration's file is named" a.up.sql
refused "0_a.up.sql: versions have 1 to 18 digits and begin with 1" 0_a.up.sql
refused "versions have 1 to 18 digits" 1234567890123456789_a.up.sql
refused "7_plain.sql is neither" 7_plain.sql
refused "V1__a.sql is Flyway's name" V1__a.sql
refused "B2__a.sql is Flyway's name" 1_a.up.sql B2__a.sql
refused "2_b.go: a goose migration written in Go cannot be run" 1_a.sql 2_b.go 2_b_test.go
refused "there is no migration in" 1_a.go
refused "CMake cannot handle a name with a semicolon or bracket" "1_a;b.up.sql"
exit "$((failures > 0))"
