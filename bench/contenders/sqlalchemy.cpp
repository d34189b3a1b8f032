#include "sqlalchemy.hpp"

#include <cstdlib>
#include <stdexcept>

#include "command.hpp"

namespace tenon_bench {

bool SqlAlchemy::installed(const std::string& driver) {
  return output_of("python3 -c 'import sqlalchemy, " + driver + "' && echo found") == "found\n";
}

double SqlAlchemy::seconds_per(const std::string& operation) const {
  const std::string output = output_of("python3 " + quoted(TENON_BENCH_PYTHON "/sqlalchemy_contender.py") +
                                       " " + kind_ + " " + quoted(database_) + " " + operation);
  const double seconds = std::atof(output.c_str());
  if (seconds <= 0) throw std::runtime_error("SQLAlchemy failed: " + output);
  return seconds;
}

}  // namespace tenon_bench
