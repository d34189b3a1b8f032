#include <ostream>

#include <tenon/secret.hpp>

namespace tenon {

std::ostream& operator<<(std::ostream& out, const Secret& secret) {
  return secret.empty() ? out : out << "***";
}

}  // namespace tenon
