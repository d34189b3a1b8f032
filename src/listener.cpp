#include <map>
#include <utility>

#include <tenon/backend/engine.hpp>
#include <tenon/detail/executor.hpp>
#include <tenon/listener.hpp>
#include <tenon/transaction.hpp>

#include "migrate/sha256.hpp"
#include "state.hpp"

namespace tenon {
namespace {

constexpr std::size_t longest_channel = 255;
constexpr std::size_t longest_payload = 7'999;  // PostgreSQL's docs on NOTIFY: shorter than 8000 bytes

// The server's name of a tenant's channel: an identifier of less than 45 bytes, whatever the two are.
std::string server_channel(std::string_view tenant, std::string_view channel) {
  if (channel.empty() || channel.size() > longest_channel)
    throw Error(Error::Kind::invalid_argument, "a channel's name has 1 to 255 bytes");
  std::string both(tenant);  // which holds no NUL
  both += '\0';
  both += channel;
  return "tenon_" + detail::sha256(both).substr(0, 32);
}

void notify(const detail::Executor& on, std::string_view channel, std::string_view payload) {
  static constexpr backend::Type types[] = {backend::Type::text, backend::Type::text};
  const std::string_view sql = on.dialect().notify();
  if (sql.empty())
    throw Error(Error::Kind::unsupported,
                "notify: " + std::string(on.dialect().name()) + " cannot notify; PostgreSQL can");
  if (payload.size() > longest_payload || payload.find('\0') != std::string_view::npos)
    throw Error(Error::Kind::invalid_argument,
                "notify: a payload has 7999 bytes at most and no NUL; say an id and let the listener read");
  const std::string name = server_channel(on.tenant(), channel);
  const backend::Value values[] = {backend::Value::text(name), backend::Value::text(payload)};
  on.execute({.name = "notify",
              .sql = sql,
              .id = backend::statement_id(sql, types),
              .parameters = types,
              .columns = {},
              .access = backend::Access::write},
             values);
}

}  // namespace

void TenantScope::notify(std::string_view channel, std::string_view payload) const {
  tenon::notify(detail::Executor(*this), channel, payload);
}

void Transaction::notify(std::string_view channel, std::string_view payload) {
  tenon::notify(detail::Executor(*this), channel, payload);
}

struct Listener::Impl {
  std::shared_ptr<const detail::ScopeState> scope;  // keeps the database open
  std::unique_ptr<backend::Subscription> subscription;
};

Listener::Listener(const TenantScope& scope, const std::vector<std::string>& channels, Handlers handlers) {
  if (channels.empty() || !handlers.notified)
    throw Error(Error::Kind::invalid_argument, "listen: name a channel and say what to do when it speaks");
  std::map<std::string, std::string, std::less<>> names;
  std::vector<std::string> on_server;
  for (const std::string& channel : channels) {
    std::string name = server_channel(scope.context().tenant(), channel);
    if (names.emplace(name, channel).second) on_server.push_back(std::move(name));
  }
  backend::Subscriber subscriber;
  subscriber.notified = [names = std::move(names), tell = std::move(handlers.notified)](
                            std::string_view channel, std::string_view payload) {
    if (const auto known = names.find(channel); known != names.end()) tell(known->second, payload);
  };
  subscriber.missed = handlers.missed ? std::move(handlers.missed) : [] {};
  subscriber.lost = handlers.lost ? std::move(handlers.lost) : [](const Error&) {};
  impl_ = std::make_unique<Impl>();
  impl_->scope = scope.state_;
  impl_->subscription = scope.state_->database->engine->listen(std::move(on_server), std::move(subscriber));
}

Listener::Listener(Listener&&) noexcept = default;
Listener& Listener::operator=(Listener&&) noexcept = default;
Listener::~Listener() = default;

}  // namespace tenon
