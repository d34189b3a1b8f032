#pragma once

#include <sqlite3.h>

namespace tenon::sqlite {

// Drops whatever is in the connection's schema of temporary objects. Leaves foreign keys enforced, also
// when it throws Error. Outside a transaction.
void drop_temporary(sqlite3* db);

}  // namespace tenon::sqlite
