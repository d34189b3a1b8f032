// expect: use of deleted function | call to deleted
#include "site.hpp"

void use(Transaction& tx) {
#ifdef MISUSE
  Transaction copy = tx;
#else
  Transaction moved = std::move(tx);
#endif
}
