// expect: tenon: a Json or Decimal cannot be part of a key
#include "site.hpp"
struct Price {
#ifdef MISUSE
  Decimal amount;
#else
  std::string amount;
#endif
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Price, (), (amount, name))
template <>
struct tenon::Table<Price> {
  static constexpr auto name = "prices";
  static constexpr auto key = std::tuple{&Price::amount};
};
void use(const Repository<Price>& prices) {
  prices.insert(Price{});
}
