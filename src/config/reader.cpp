#include "reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <tenon/backend/registry.hpp>
#include <tenon/detail/nearest.hpp>
#include <tenon/enum_name.hpp>
#include <tenon/error.hpp>
#include <tenon/pool_preset.hpp>

#include "bad_member.hpp"
#include "url.hpp"
#include "value_text.hpp"

namespace tenon::detail {
namespace {

[[noreturn]] void refuse(const std::string& origin, const std::string& why) {
  throw Error(Error::Kind::invalid_argument, origin + ": " + why);
}

// `work()`, with a bad value told as one of `origin`.
template <class Work>
void reading(const std::string& origin, Work&& work) {
  try {
    work();
  } catch (const BadValue& bad) {
    refuse(origin, bad.why);
  }
}

// PostgreSQL docs, 34.1.2.
constexpr std::array<std::string_view, 6> sslmodes{"disable", "allow",     "prefer",
                                                   "require", "verify-ca", "verify-full"};

}  // namespace

const ConfigReader::Found* ConfigReader::found(std::string_view setting) const {
  const auto at = found_.find(setting);
  return at == found_.end() ? nullptr : &at->second;
}

void ConfigReader::take_url(std::string_view text, const std::string& origin) {
  SplitUrl split = split_url(text);
  for (auto& [name, value] : split.own) {
    const std::string parameter = "tenon." + name;
    const Setting& setting = find_setting(name);
    const bool first =
        found_.try_emplace(setting.name, Found{std::move(value), parameter + " in " + origin}).second;
    if (!first) refuse(parameter, "it stands twice in the database URL");
  }
  config_.url = split.url.text();
  url_origin_ = origin;
  if (split.password.empty()) return;
  config_.password = std::move(split.password);
  password_origin_ = origin;
}

void ConfigReader::take_enabled(Variables& variables) {
  const auto value = variables.take("DB_ENABLED");
  if (!value) return;
  reading(value->origin, [&] { read_value(value->text, config_.enabled); });
  enabled_origin_ = value->origin;
}

void ConfigReader::take_settings(Variables& variables) {
  for (const Setting& setting : settings()) {
    if (found(setting.name) != nullptr) continue;
    if (auto value = variables.first_of(setting.all_variables()))
      found_.emplace(setting.name, Found{std::move(value->text), std::move(value->origin)});
  }
}

// One family says it all: a mixture could send one server's password to another.
void ConfigReader::take_place(Variables& variables) {
  for (const PlaceFamily& family : place_families)
    if (variables.is_set(std::string(family.host))) return take_family(variables, family);
  for (const PlaceFamily& family : place_families)
    if (variables.any_set(family)) return take_family(variables, family);
}

void ConfigReader::take_family(Variables& variables, const PlaceFamily& family) {
  std::string origins;
  const auto take = [&](std::string_view name, std::string& text) {
    auto value = name.empty() ? std::nullopt : variables.take(std::string(name));
    if (!value) return std::string(name);
    origins += (origins.empty() ? "" : ", ") + value->origin;
    text = std::move(value->text);
    return value->origin;
  };
  ServerPlace place{.host = "localhost", .port = {}, .database = {}, .user = {}, .sslmode = {}};
  take(family.host, place.host);
  const std::string port = take(family.port, place.port);
  reading(port, [&] {
    if (!place.port.empty()) place.port = std::to_string(read_port(place.port));
  });
  take(family.database, place.database);
  take(family.user, place.user);
  const std::string sslmode = take(family.sslmode, place.sslmode);
  if (!place.sslmode.empty() &&
      std::find(sslmodes.begin(), sslmodes.end(), place.sslmode) == sslmodes.end())
    refuse(sslmode, unknown_name("mode", place.sslmode, sslmodes));
  take_password(variables, family.password);
  config_.url = postgres_url(place);
  url_origin_ = origins.empty() ? "default" : origins;
}

void ConfigReader::take_password(Variables& variables, std::string_view name) {
  if (auto path = variables.take_path(std::string(name))) {
    config_.postgres.password_file = path->text;  // read at each connect, so that it may change
    found_.insert_or_assign("postgres.password_file", Found{std::move(path->text), path->origin});
  } else if (auto value = variables.take(std::string(name))) {
    config_.password = Secret(std::move(value->text));
    password_origin_ = value->origin;
  }
}

void ConfigReader::apply_preset() {
  const Found* const preset = found(preset_setting);
  if (preset == nullptr) return;
  const auto known = parse_enum<PoolPreset>(preset->text);
  if (!known) {
    std::vector<std::string_view> names;
    for_each_enumerator<PoolPreset>([&](PoolPreset, std::string_view name) { names.push_back(name); });
    refuse(preset->origin, unknown_name("preset", preset->text, names));
  }
  config_.pool = pool_options(*known);
}

void ConfigReader::apply_settings() {
  for (const Setting& setting : settings()) {
    const Found* const value = found(setting.name);
    if (value != nullptr && setting.set != nullptr)
      reading(value->origin, [&] { setting.set(config_, value->text); });
  }
}

void ConfigReader::apply_max_open() {
  const Found* const most = found(max_open_setting);
  if (most == nullptr) return;
  std::size_t total = 0;
  reading(most->origin, [&] { read_value(most->text, total); });
  if (total == 0) refuse(most->origin, "0 leaves no connection that could ever be opened");
  PoolOptions& pool = config_.pool;
  const Found* const size = found("pool.size");
  if (size == nullptr) pool.size = std::min(pool.size, total);
  if (total < pool.size) refuse(most->origin, "it is less than " + size->origin);
  const Found* const overflow = found("pool.max_overflow");
  if (overflow != nullptr && pool.size + pool.max_overflow != total)
    refuse(most->origin, "it contradicts " + overflow->origin + "; set one of the two");
  pool.max_overflow = total - pool.size;
}

// Where a preset gives more than the size that refines it.
void ConfigReader::fit_min_idle() {
  PoolOptions& pool = config_.pool;
  if (found("pool.min_idle") == nullptr) pool.min_idle = std::min(pool.min_idle, pool.size);
}

void ConfigReader::check() const {
  try {
    check_members(config_);
  } catch (const BadMember& bad) {
    const Found* set = found(bad.member);
    if (set == nullptr) set = found(bad.beside);
    refuse(set != nullptr ? set->origin : "configuration", bad.text());
  }
  if (const auto driver = backend::known_driver(config_.scheme())) driver->check(config_);
}

std::string ConfigReader::origin_of(const Setting& setting) const {
  if (const Found* const value = found(setting.name)) return value->origin;
  const Found* const most = found(max_open_setting);
  if (most != nullptr && (setting.name == "pool.size" || setting.name == "pool.max_overflow"))
    return most->origin;
  const Found* const preset = found(preset_setting);
  return preset != nullptr && setting.name.starts_with("pool.") ? "preset " + preset->text : "default";
}

std::vector<ConfigValue> ConfigReader::values() const {
  std::vector<ConfigValue> values;
  values.push_back({"enabled", value_text(config_.enabled), enabled_origin_});
  values.push_back({"url", masked_url(config_.url), url_origin_});
  values.push_back({"password", config_.password.empty() ? "" : "***", password_origin_});
  for (const Setting& setting : settings()) {
    const Found* const value = found(setting.name);
    if (setting.text != nullptr) {
      values.push_back({std::string(setting.name), setting.text(config_), origin_of(setting)});
    } else if (value != nullptr) {
      values.push_back({std::string(setting.name), value->text, value->origin});
    }
  }
  return values;
}

ConfigReading ConfigReader::finish() {
  apply_preset();
  apply_settings();
  apply_max_open();
  fit_min_idle();
  check();
  return {.config = config_, .values = values(), .ignored = {}};
}

}  // namespace tenon::detail
