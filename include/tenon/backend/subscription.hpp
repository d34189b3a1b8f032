#pragma once

#include <functional>
#include <string_view>

#include <tenon/error.hpp>
#include <tenon/export.hpp>

namespace tenon::backend {

/// Whom a subscription tells what it hears, on a thread of its own, one call at a time. None may be empty;
/// what they throw is swallowed.
struct Subscriber {
  std::function<void(std::string_view channel, std::string_view payload)> notified;
  std::function<void()> missed;  ///< listening again after a loss: what was said meanwhile is gone
  std::function<void(const Error&)> lost;  ///< the connection, or an attempt to renew it
};

/// Channels that are listened to until it is destroyed; after that nothing is told any more. May be
/// destroyed by what it tells.
class TENON_API Subscription {
 public:
  virtual ~Subscription() = default;
};

}  // namespace tenon::backend
