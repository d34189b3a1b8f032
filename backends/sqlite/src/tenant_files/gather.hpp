#pragma once

#include <cstdint>

#include "tenant_files.hpp"

namespace tenon::sqlite {

// Runs an administrator's statement in every tenant's file and makes one result of theirs. Each file is
// read as it is at its turn. Returns the number of rows handed out. Throws Error (unsupported) for a
// statement that does not say how results are put together.
std::uint64_t gather(TenantFiles& files, const backend::Principal& principal, const backend::Call& call);

}  // namespace tenon::sqlite
