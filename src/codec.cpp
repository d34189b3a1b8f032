#include <tenon/codec.hpp>
#include <tenon/error.hpp>

namespace tenon::detail {

void refuse_value(const char* why) {
  throw Error(Error::Kind::invalid_argument, std::string("cannot store: ") + why);
}

void refuse_stored_value(const char* why) {
  throw Error(Error::Kind::corrupt, std::string("cannot read: ") + why);
}

}  // namespace tenon::detail
