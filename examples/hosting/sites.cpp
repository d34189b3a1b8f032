#include "sites.hpp"

#include <algorithm>
#include <string_view>

#include <tenon/error.hpp>
#include <tenon/repository.hpp>

namespace hosting {
namespace {

using tenon::desc;
using tenon::Error;
using tenon::field;
using tenon::Repository;
using tenon::where;

auto is_live(const std::string& domain) {
  return field<&Site::domain> == domain && field<&Site::deleted_at>.is_null();
}

[[noreturn]] void throw_not_found(const std::string& domain) {
  throw Error(Error::Kind::not_found, "there is no site " + domain);
}

// Labels of letters, digits and inner hyphens, as host names have them (RFC 1123, section 2.1).
bool is_domain(std::string_view domain) {
  if (domain.size() > 253) return false;
  for (std::size_t dots = 0;; ++dots) {
    const std::string_view label = domain.substr(0, domain.find('.'));
    const bool allowed = std::ranges::all_of(
        label, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
    if (label.empty() || label.size() > 63 || !allowed || label.front() == '-' || label.back() == '-')
      return false;
    if (label.size() == domain.size()) return dots > 0;
    domain.remove_prefix(label.size() + 1);
  }
}

// What the unique index on live domains says, in the host's words.
template <class Work>
void refuse_second_site(const std::string& domain, Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    if (error.kind() != Error::Kind::already_exists) throw;
    throw Error(error.kind(), "there is a site " + domain + " already");
  }
}

}  // namespace

Site add_site(tenon::Transaction& transaction, const std::string& domain, const std::string& name,
              const std::string& provider) {
  if (!is_domain(domain))
    throw Error(Error::Kind::invalid_argument, "site: no domain in lower case: " + domain);
  Site site{.site_id = tenon::Uuid::random(), .domain = domain, .name = name, .provider = provider};
  refuse_second_site(domain, [&] { Repository<Site>(transaction).insert(site); });
  return site;
}

std::vector<Site> list_sites(tenon::Transaction& transaction, bool with_removed) {
  std::vector<Site> sites;
  const auto by_domain = tenon::asc<&Site::domain>;
  const auto keep = [&](const Site& site) { sites.push_back(site); };
  const Repository<Site> all(transaction);
  if (with_removed) {
    all.for_each(tenon::all().order_by(by_domain), keep);
  } else {
    all.for_each(where(field<&Site::deleted_at>.is_null()).order_by(by_domain), keep);
  }
  return sites;
}

Site live_site(tenon::Transaction& transaction, const std::string& domain) {
  auto found = Repository<Site>(transaction).find(where(is_live(domain)).limit(1)).items;
  if (found.empty()) throw_not_found(domain);
  return std::move(found.front());
}

void remove_site(tenon::Transaction& transaction, const std::string& domain) {
  if (Repository<Site>(transaction)
          .patch_where(is_live(domain), tenon::set<&Site::deleted_at>(tenon::now())) == 0)
    throw_not_found(domain);
}

Site restore_site(tenon::Transaction& transaction, const std::string& domain) {
  const Repository<Site> sites(transaction);
  auto found = sites
                   .find(where(field<&Site::domain> == domain && field<&Site::deleted_at>.is_not_null())
                             .order_by(desc<&Site::created_at>)
                             .limit(1))
                   .items;
  if (found.empty()) throw Error(Error::Kind::not_found, "there is no removed site " + domain);
  Site& site = found.front();
  site.deleted_at.reset();
  refuse_second_site(domain, [&] { sites.update<&Site::deleted_at>(site); });
  return std::move(site);
}

Site count_deployment(tenon::Transaction& transaction, const std::string& domain) {
  if (Repository<Site>(transaction).patch_where(is_live(domain), tenon::increase<&Site::deployments>(1)) ==
      0)
    throw_not_found(domain);
  return live_site(transaction, domain);
}

}  // namespace hosting
