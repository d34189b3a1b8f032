#include <algorithm>
#include <array>
#include <thread>

#include <tenon/detail/later.hpp>

#include "foreign_history.hpp"

namespace tenon::detail {
namespace {

// CRC-32 as IEEE 802.3 has it.
std::uint32_t crc32(std::string_view bytes) noexcept {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

bool ask(backend::Maintenance& on, const char* function, const std::string& key) {
  const std::array<std::string_view, 1> parameters{key};
  return on.query("select pg_catalog." + std::string(function) + "($1::bigint)", parameters).at(0).at(0) ==
         "t";
}

}  // namespace

std::uint32_t GolangMigrateLock::key(const std::string& database, const std::string& schema,
                                     const std::string& table) noexcept {
  constexpr std::uint32_t salt = 1486364155;
  return crc32(schema + '\0' + table + '\0' + database) * salt;
}

GolangMigrateLock::GolangMigrateLock(backend::Maintenance& on, const std::string& table,
                                     std::chrono::milliseconds timeout)
    : on_(on) {
  const auto rows = on.query("select pg_catalog.current_database(), pg_catalog.current_schema()", {});
  const std::size_t dot = table.find('.');
  const std::string schema =
      dot == std::string::npos ? rows.at(0).at(1).value_or("public") : table.substr(0, dot);
  const std::string name = dot == std::string::npos ? table : table.substr(dot + 1);
  const std::string database = rows.at(0).at(0).value_or("");
  const auto deadline = later(std::chrono::steady_clock::now(), timeout);
  for (const std::string& spelling : {database, "/" + database}) {
    const std::string wanted = std::to_string(key(spelling, schema, name));
    while (!ask(on_, "pg_try_advisory_lock", wanted)) {
      if (std::chrono::steady_clock::now() >= deadline)
        throw Error(Error::Kind::timeout,
                    "adopt: golang-migrate is at work on this database and did not finish within " +
                        std::to_string(timeout.count()) + " ms");
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    held_.push_back(wanted);
  }
}

GolangMigrateLock::~GolangMigrateLock() {
  for (const std::string& key : held_) {
    try {
      (void)ask(on_, "pg_advisory_unlock", key);
    } catch (const Error&) {  // they end with the connection
    }
  }
}

}  // namespace tenon::detail
