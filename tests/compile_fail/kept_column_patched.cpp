// expect: tenon: patch sets a column twice, or one that the library keeps
#include "site.hpp"

void use(const Repository<Versioned>& rows) {
#ifdef MISUSE
  rows.patch("a", set<&Versioned::version>(7));
#else
  rows.patch("a", set<&Versioned::label>("b"));
#endif
}
