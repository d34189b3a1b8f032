#include <tenon/detail/member_codec.hpp>

namespace tenon::detail {

TENON_DETAIL_MEMBERS()

}  // namespace tenon::detail
