// expect: tenon: patch sets a column twice, or one that the library keeps
#include "site.hpp"

void use(const Repository<Versioned>& rows) {
#ifdef MISUSE
  rows.insert_or_patch({"a", "b", 1}, increase<&Versioned::version>(1));
#else
  rows.insert_or_patch({"a", "b", 1}, set<&Versioned::label>("b"));
#endif
}
