#pragma once

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

/// Whether a policy's expression speaks of single resources: one of its fields begins with `resource.`.
bool is_per_resource(const nlohmann::json& expression);

/// Holds facts against an expression (docs/policies.md), which says what must be so. Returns the rule that
/// failed, in words, or nothing.
///
/// A field is a path of names with dots between them. Where it leads through an array, the rule must hold
/// for every element, and so it does for none. A field that is absent satisfies `!=` alone. Values of
/// different types are unequal and have no order.
std::optional<std::string> broken_rule(const nlohmann::json& expression, const nlohmann::json& facts);
