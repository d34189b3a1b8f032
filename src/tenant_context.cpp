#include <algorithm>
#include <utility>

#include <tenon/detail/utf8.hpp>
#include <tenon/error.hpp>
#include <tenon/tenant_context.hpp>

namespace tenon {
namespace {

[[noreturn]] void refuse_context(const char* what, const char* why) {
  throw Error(Error::Kind::invalid_argument, std::string("tenant context: the ") + what + ' ' + why);
}

void check(const char* what, const std::string& text) {
  if (text.size() > TenantContext::max_length) refuse_context(what, "is longer than 255 bytes");
  if (text.find('\0') != std::string::npos) refuse_context(what, "holds a NUL byte");
  if (!detail::is_storable_text(text)) refuse_context(what, "is not valid UTF-8");
}

bool blank(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); });
}

}  // namespace

std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::customer:
      return "customer";
    case Role::read_only:
      return "read_only";
    case Role::administrator:
      break;
  }
  return "administrator";
}

TenantContext::TenantContext(std::string tenant, Role role, std::string actor)
    : tenant_(std::move(tenant)), role_(role), actor_(std::move(actor)) {
  if (tenant_.empty()) refuse_context("tenant id", "is empty; every statement needs a tenant");
  check("tenant id", tenant_);
  if (blank(tenant_)) refuse_context("tenant id", "is blank; every statement needs a tenant");
  check("actor", actor_);
}

bool operator==(const TenantContext& a, const TenantContext& b) = default;

}  // namespace tenon
