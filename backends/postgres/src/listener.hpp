#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <tenon/backend/subscription.hpp>
#include <tenon/config.hpp>

#include "connect.hpp"

namespace tenon::postgres {

/// LISTEN on a connection of its own (PostgreSQL docs, NOTIFY), renewed with the pool's pauses when it is
/// lost. Returns once it listens; ends when `closed` is requested. Throws `Error` (unavailable …).
[[nodiscard]] std::unique_ptr<backend::Subscription> listen(std::shared_ptr<const ConnectTarget> target,
                                                            const PoolOptions& options,
                                                            const std::stop_token& closed,
                                                            std::vector<std::string> channels,
                                                            backend::Subscriber subscriber);

}  // namespace tenon::postgres
