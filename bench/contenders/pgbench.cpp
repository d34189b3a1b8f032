#include "pgbench.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "command.hpp"
#include "raw_sql.hpp"

namespace tenon_bench {
bool Pgbench::installed() {
  return !output_of("command -v pgbench").empty();
}

Pgbench::Pgbench(std::string url, std::string tenant, std::string id)
    : url_(std::move(url)),
      tenant_(std::move(tenant)),
      id_(std::move(id)),
      script_(std::filesystem::temp_directory_path() /
              ("tenon-pgbench-" + std::to_string(getpid()) + ".sql")) {
  std::ofstream(script_) << "\\startpipeline\n"
                            "select where pg_catalog.set_config('role', 'tenon_app', true) is not null and "
                            "pg_catalog.set_config('app.tenant_id', :tenant, true) is not null;\n"
                            "SELECT "
                         << raw_sql::all_columns
                         << " FROM tenon.analyses WHERE tenant_id = :tenant AND id = :id;\n"
                            "\\endpipeline\n";
}

Pgbench::~Pgbench() {
  std::error_code ignored;
  std::filesystem::remove(script_, ignored);
}

double Pgbench::seconds_per_get(std::size_t connections) const {
  const std::string count = std::to_string(connections);
  const std::string output =
      output_of("pgbench -n -M prepared -T 3 -P 1 -c " + count + " -j " + count + " -f " + quoted(script_) +
                " -D tenant=" + quoted(tenant_) + " -D id=" + quoted(id_) + " " + quoted(url_));
  // "progress: 2.0 s, 17012.0 tps, lat …": of the second second.
  const std::string mark = "progress: 2.";
  const std::size_t line = output.find(mark);
  const std::size_t comma = line == std::string::npos ? line : output.find(", ", line);
  const double rate = comma == std::string::npos ? 0 : std::atof(output.c_str() + comma + 2);
  if (rate <= 0) throw std::runtime_error("pgbench failed: " + output);
  return 1 / rate;
}

}  // namespace tenon_bench
