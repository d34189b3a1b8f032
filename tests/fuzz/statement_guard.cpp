// The guard of raw SQL on PostgreSQL, without a server: it refuses or lets pass, in bounded time, and
// nothing that stands behind a forbidden word makes it overlook that word.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <statement_guard.hpp>
#include <string>
#include <string_view>

#include <tenon/error.hpp>

namespace {

bool passes(std::string_view sql, bool standard_strings) {
  try {
    tenon::postgres::check_raw_statement("fuzz", sql, standard_strings, true);
    return true;
  } catch (const tenon::Error& error) {
    if (error.kind() != tenon::Error::Kind::permission_denied) std::abort();
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const bool standard : {true, false}) {
    const bool passed = passes(text, standard);
    for (const char* forbidden :
         {"select set_config('app.tenant_id', 'x', true) ", "select \"set_config\"('a', 'b', true) ",
          "select '', /* ' */ set_config ('a', 'b', true) ", "set role x ", "select pg_read_file('x') ",
          "begin "}) {
      if (passes(forbidden + text + "x", standard)) {
        std::cerr << "let pass: " << forbidden << text << "x\n";
        std::abort();
      }
    }
    // What passes is one statement, at most with a comment behind it: a second one does not pass.
    if (passed && passes(text + "\n; reset role", standard)) {
      std::cerr << "let pass: " << text << "\n; reset role\n";
      std::abort();
    }
  }
  return 0;
}
