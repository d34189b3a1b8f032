// An HTTP service over policies, analyses and incidents. See README.md.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include "../common/output.hpp"
#include "api.hpp"
#include "http.hpp"

namespace {

struct ServeOptions {
  std::string url;
  std::string keys;
  std::string host = "127.0.0.1";
  int port = 8080;
  std::size_t max_body = std::size_t{4} << 20U;
};

// Many, and none waits long, so that while the database is away somebody is free to tell operators so.
constexpr std::size_t threads = 64;
constexpr std::chrono::milliseconds longest_wait{5'000};

httplib::Server* running = nullptr;

// Whatever the environment or the URL allows.
void bound_waits(tenon::Config& config) {
  config.pool.acquire_timeout = std::min(config.pool.acquire_timeout, longest_wait);
  const bool endless = config.call_timeout.count() == 0;
  config.call_timeout = endless ? longest_wait : std::min(config.call_timeout, longest_wait);
}

void serve(const ServeOptions& options) {
  tenon::Config config =
      options.url.empty() ? tenon::Config::from_env() : tenon::Config::from_url(options.url);
  bound_waits(config);
  auto metrics = std::make_shared<tenon::PrometheusObserver>();
  config.observer = metrics;
  Api api{tenon::Database::open(config), ApiKeys::read(options.keys), metrics};
  api.database.migrate();

  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_payload_max_length(options.max_body);
  answer_errors_in_json(server);
  add_operations(server, api);
  add_cost_tools(server, api);
  add_incidents(server, api);
  add_dashboard(server, api);

  running = &server;
  std::signal(SIGINT, [](int) { running->stop(); });
  std::signal(SIGTERM, [](int) { running->stop(); });
  const int port = options.port == 0
                       ? server.bind_to_any_port(options.host)
                       : (server.bind_to_port(options.host, options.port) ? options.port : -1);
  if (port < 0)
    throw std::runtime_error("cannot listen on " + options.host + ":" + std::to_string(options.port));
  std::cout << "listening on http://" << options.host << ':' << port << std::endl;
  server.listen_after_bind();
  std::cout << "stopped" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("An HTTP service over policies, analyses and incidents.", "ops_api");
  ServeOptions options;
  std::string tenant;
  program.require_subcommand(1);
  CLI::App* command = program.add_subcommand("serve", "Serve until SIGINT or SIGTERM");
  command->add_option("--url", options.url, "Instead of DATABASE_URL; sqlite:PATH or postgresql://…");
  command->add_option("--keys", options.keys, "File with lines of SHA256 TENANT")->required();
  command->add_option("--host", options.host)->capture_default_str();
  command->add_option("--port", options.port, "0: any that is free")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--max-body", options.max_body, "Bytes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([&] { serve(options); });
  CLI::App* key = program.add_subcommand("new-key", "Print a new key, and on stderr its line for --keys");
  key->add_option("tenant", tenant)->required();
  key->callback([&] {
    const std::string made = new_api_key();
    const std::string line = key_line(made, tenant);
    std::cout << made << '\n';
    common::flush_output();  // no line for a key that nobody has
    std::cerr << line << '\n';
    common::flush_output(std::cerr);
  });
  try {
    program.parse(argc, argv);
    common::flush_output();
    return 0;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "ops_api: " << error.what() << '\n';
    return 1;
  }
}
