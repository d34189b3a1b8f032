#pragma once

#include <string>

namespace tenon::postgres::testing {

/// Objects of a host in every shape that PostgreSQL knows, beside the table `things`: a table that refers
/// to it, partitions, views, functions with the rights of caller and owner, a trigger, a sequence.
[[nodiscard]] std::string host_schema();

}  // namespace tenon::postgres::testing
