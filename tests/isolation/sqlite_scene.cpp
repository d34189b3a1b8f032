#include "sqlite_scene.hpp"

#include <memory>
#include <stdexcept>

#include <unistd.h>

namespace tenon::test {

const char* const host_tables = R"(
CREATE TABLE hosting_sites (tenant_id TEXT NOT NULL CHECK (tenant_id <> ''), id TEXT NOT NULL,
  name TEXT NOT NULL, plan TEXT NOT NULL DEFAULT ('free'), length INTEGER AS (length(name)) STORED,
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, name)) STRICT;
CREATE TABLE hosting_counters (id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, label TEXT) STRICT;
CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, PRIMARY KEY (tenant_id, id)) STRICT;
CREATE TABLE tagged_notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, tag TEXT,
  PRIMARY KEY (tenant_id, id)) STRICT;
CREATE INDEX tagged_notes_by_body ON tagged_notes (body, tag);
CREATE TABLE loose_notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, tag TEXT) STRICT;
CREATE INDEX loose_notes_by_body ON loose_notes (body, tag);
CREATE TABLE packed_notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT, tag TEXT,
  PRIMARY KEY (tenant_id, id)) STRICT, WITHOUT ROWID;
CREATE INDEX packed_notes_by_body ON packed_notes (body, tag);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT) STRICT;
CREATE VIEW every_policy AS SELECT * FROM tenon_policies;
INSERT INTO settings VALUES ('password', 'VICTIM-MARKER password');
)";

std::string host_rows_of(const std::string& tenant, const std::string& text) {
  const std::string t = "'" + tenant + "'";
  std::string sql = "BEGIN;";
  for (const char* id : {"shared", "second"}) {
    const std::string key = t + ", '" + id + "'";
    sql += "INSERT INTO hosting_sites (tenant_id, id, name) VALUES (" + key + ", '" + text + " site " + id +
           "');";
    sql += "INSERT INTO hosting_counters (tenant_id, label) VALUES (" + t + ", '" + text + "');";
    sql += "INSERT INTO notes VALUES (" + key + ", '" + text + " note');";
    for (const char* table : {"tagged_notes", "loose_notes", "packed_notes"})
      sql += std::string("INSERT INTO ") + table + " VALUES (" + key + ", '" + text + " note', '" + text +
             "');";
  }
  return sql + "INSERT INTO tenon_analyses VALUES (" + t +
         ", '00000000-0000-7000-8000-000000000001', 'shared', 1, NULL, NULL, 'terraform', '" + text +
         "', 100.0, 1.0, 1, 'pass', 'shared', '[\"" + text + "\"]', 0, '{\"x\":\"" + text +
         "\"}', 1, 1); COMMIT;";
}

namespace {

std::string policies_of(const std::string& tenant, const std::string& text) {
  std::string sql;
  for (const char* id : {"shared", "second"}) {
    sql += "INSERT INTO tenon_policies VALUES ('" + tenant + "', '" + id + "', '" + text + " policy " + id +
           "', '" + text + "', 10.5, NULL, 'block', 1, '" + text + "', '" + text + "', 1, 1, 1);";
  }
  return sql;
}

using Handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;

Handle open_as_stranger(const std::string& file) {
  sqlite3* db = nullptr;
  if (sqlite3_open(file.c_str(), &db) != SQLITE_OK) throw std::runtime_error("the file does not open");
  sqlite3_busy_timeout(db, 5'000);
  sqlite3_exec(db, "PRAGMA synchronous = OFF", nullptr, nullptr, nullptr);
  return {db, &sqlite3_close};
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "tenon-isolation-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Config scene_config(const std::string& url) {
  Config config = Config::from_url(url);
  config.sqlite.raw_schemas = {"hosting"};
  config.sqlite.synchronous = Synchronous::normal;
  config.sqlite.readers = 2;
  return config;
}

std::string read_as_stranger(const std::string& file, const std::string& query) {
  const Handle db = open_as_stranger(file);
  std::string result;
  const auto append = [](void* out, int count, char** values, char** /*names*/) {
    for (int i = 0; i < count; ++i) {
      *static_cast<std::string*>(out) += values[i] != nullptr ? values[i] : "NULL";
      *static_cast<std::string*>(out) += i + 1 == count ? '\n' : '|';
    }
    return 0;
  };
  char* message = nullptr;
  if (sqlite3_exec(db.get(), query.c_str(), append, &result, &message) != SQLITE_OK) {
    throw std::runtime_error(message);
  }
  return result;
}

void run_as_stranger(const std::string& file, const std::string& sql) {
  (void)read_as_stranger(file, sql);
}

std::string rows_of_others(const std::string& file, const std::string& tenant) {
  std::string queries =
      "SELECT name, sql FROM sqlite_schema; PRAGMA journal_mode; PRAGMA user_version;"
      "SELECT * FROM settings; PRAGMA foreign_keys;";
  for (const char* table :
       {"tenon_policies", "tenon_analyses", "tenon_incidents", "tenon_cache_metadata", "hosting_sites",
        "hosting_counters", "notes", "tagged_notes", "loose_notes", "packed_notes"}) {
    queries += std::string("SELECT * FROM ") + table + " WHERE tenant_id <> '" + tenant +
               "' ORDER BY tenant_id, 2, 3;";
  }
  return read_as_stranger(file, queries);
}

Scene::Scene() : database(Database::open(scene_config("sqlite:" + file()))) {
  database->migrate();
  run_as_stranger(std::string(host_tables) + policies_of("attacker", "own") +
                  host_rows_of("attacker", "own") + policies_of("victim", marker) +
                  host_rows_of("victim", marker));
}

}  // namespace tenon::test
