#include "sqlalchemy.hpp"

#include <cstdlib>
#include <stdexcept>

#include "command.hpp"

namespace tenon_bench {

// Debian's packages belong to Debian's interpreter, which need not be the first on the path.
const char* SqlAlchemy::interpreter(const std::string& driver) {
  for (const char* const python : {"python3", "/usr/bin/python3"}) {
    const std::string found =
        output_of(std::string(python) + " -c 'import sqlalchemy, " + driver + "' && echo found");
    if (found == "found\n") return python;
  }
  return nullptr;
}

double SqlAlchemy::seconds_per(const std::string& operation) const {
  const char* const python = interpreter(kind_ == "postgres" ? "psycopg2" : "sqlite3");
  if (python == nullptr) throw std::runtime_error("SQLAlchemy is gone");
  const std::string output =
      output_of(std::string(python) + " " + quoted(TENON_BENCH_PYTHON "/sqlalchemy_contender.py") + " " +
                kind_ + " " + quoted(database_) + " " + operation);
  const double seconds = std::atof(output.c_str());
  if (seconds <= 0) throw std::runtime_error("SQLAlchemy failed: " + output);
  return seconds;
}

}  // namespace tenon_bench
