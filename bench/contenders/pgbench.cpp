#include "pgbench.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "raw_sql.hpp"

namespace tenon_bench {
namespace {

struct Close {
  void operator()(std::FILE* pipe) const noexcept { pclose(pipe); }
};

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, Close> pipe(popen(command.c_str(), "r"));
  if (!pipe) return {};
  std::string output;
  std::array<char, 4096> some;
  while (const std::size_t size = std::fread(some.data(), 1, some.size(), pipe.get()))
    output.append(some.data(), size);
  return output;
}

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

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
                            "select pg_catalog.set_config('role', 'tenon_app', true), "
                            "pg_catalog.set_config('app.tenant_id', :tenant, true), "
                            "pg_catalog.set_config('app.user_role', 'customer', true);\n"
                            "SELECT "
                         << raw_sql::all_columns
                         << " FROM tenon.analyses WHERE tenant_id = :tenant AND id = :id;\n"
                            "\\endpipeline\n";
}

Pgbench::~Pgbench() {
  std::error_code ignored;
  std::filesystem::remove(script_, ignored);
}

double Pgbench::seconds_per_get(std::size_t connections, int seconds) const {
  const std::string output =
      output_of("pgbench -n -M prepared -c " + std::to_string(connections) + " -j 2 -T " +
                std::to_string(seconds) + " -f " + quoted(script_) + " -D tenant=" + quoted(tenant_) +
                " -D id=" + quoted(id_) + " " + quoted(url_) + " 2>&1");
  const std::string mark = "tps = ";
  const std::size_t at = output.find(mark);
  const double rate = at == std::string::npos ? 0 : std::atof(output.c_str() + at + mark.size());
  if (rate <= 0) throw std::runtime_error("pgbench failed: " + output);
  return 1 / rate;
}

}  // namespace tenon_bench
