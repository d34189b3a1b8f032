#include "url_check.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <tenon/config_source.hpp>
#include <tenon/detail/nearest.hpp>
#include <tenon/detail/url_text.hpp>
#include <tenon/error.hpp>

#include "connect.hpp"
#include "handles.hpp"

namespace tenon::postgres {

void check_url(const Config& config) {
  detail::require_one_line(config.url);
  const OptionsHandle options(PQconndefaults());  // every parameter that this libpq knows
  if (!options) throw Error(Error::Kind::limit_exceeded, "open: out of memory");
  std::vector<std::string_view> known;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    known.emplace_back(option->keyword);
  std::vector<std::string_view> all = known;
  all.emplace_back("ssl");  // JDBC's spelling of sslmode=require, which libpq takes in a URL
  std::vector<std::string> own;
  for (const SettingName& setting : setting_names()) own.push_back("tenon." + setting.name);
  all.insert(all.end(), own.begin(), own.end());

  for (const detail::UrlParameter& parameter : detail::url_parameters(config.url)) {
    if (std::find(known.begin(), known.end(), parameter.name) != known.end() || parameter.name == "ssl")
      continue;
    if (std::find(own.begin(), own.end(), parameter.name) != own.end())
      throw Error(Error::Kind::invalid_argument,
                  "the database URL has the parameter '" + parameter.name +
                      "', which Config::from_url() reads; open what it returns");
    throw Error(Error::Kind::invalid_argument,
                "the database URL has an " + detail::unknown_name("parameter", parameter.name, all));
  }
  (void)ConnectTarget(config);
}

}  // namespace tenon::postgres
