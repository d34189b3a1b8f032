#include "probe.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>

#include <system_error>
#include <unistd.h>

#include "maintenance.hpp"
#include "waiting.hpp"

namespace tenon::sqlite {
namespace {

constexpr std::string_view probe_subject = "health";

std::optional<std::int64_t> size_of(const std::string& path) {
  std::error_code none;
  const std::uintmax_t size = std::filesystem::file_size(path, none);
  if (none) return std::nullopt;
  return static_cast<std::int64_t>(size);
}

std::int64_t number(const std::vector<backend::Maintenance::TextRow>& rows) {
  std::int64_t value = 0;
  const std::string& text = rows.at(0).at(0).value();
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

// A file may be moved away, or deleted, and another put into its place, while the database is open: what is
// written then is lost to all others.
void Probe::require_in_place() const {
  if (file_identity(path_) == file_) return;
  throw Error(
      Error::Kind::unavailable,
      "health: the file " + path_ + " was moved, deleted or replaced while it was open; open it again",
      {.sqlstate = "58P01", .statement = {}, .constraint = {}, .hint = {}});
}

Probe::Probe(std::shared_ptr<Writer> writer, ConnectionOptions options, backend::Deadline deadline)
    : path_(options.path), file_(options.identity), writer_(std::move(writer)) {
  require_in_place();
  options.writes = false;
  options.busy_timeout = time_left(deadline, options.busy_timeout);
  connection_ = std::make_unique<Connection>(options);
}

template <class Work>
auto Probe::on_connection(backend::Deadline deadline, Work&& work) {
  if (connection_) {
    const Connection::Limit limit(*connection_, deadline);
    return work(*connection_);
  }
  const Writer::Lease turn(writer_, {deadline, std::chrono::hours{1}, probe_subject});
  const Connection::Limit limit(turn.connection(), deadline);
  return work(turn.connection());
}

void Probe::ping(backend::Deadline deadline) {
  on_connection(deadline, [&](Connection& connection) {
    if (connection_) require_in_place();
    (void)query_texts(connection, "SELECT count(*) FROM sqlite_schema", {}, probe_subject);
  });
}

std::vector<backend::Maintenance::TextRow> Probe::query(std::string_view sql,
                                                        std::span<const std::string_view> parameters,
                                                        backend::Deadline deadline) {
  return on_connection(deadline, [&](Connection& connection) {
    return query_texts(connection, sql, parameters, probe_subject);
  });
}

backend::Vitals Probe::vitals(backend::Deadline deadline) {
  backend::Vitals vitals;
  vitals.version = "SQLite " + std::string(sqlite3_libversion());
  vitals.tables = number(query(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      {}, deadline));
  if (!connection_) return vitals;
  vitals.read_only = ::access(path_.c_str(), W_OK) != 0;
  vitals.database_bytes = size_of(path_);
  vitals.wal_bytes = size_of(path_ + "-wal").value_or(0);
  if (has_wal_reset_bug(sqlite3_libversion_number()))
    vitals.hazard =
        vitals.version +
        " can corrupt a file that two processes write to; keep it to this process, or take SQLite "
        "3.51.3 or 3.50.7";
  return vitals;
}

}  // namespace tenon::sqlite
