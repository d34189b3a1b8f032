// A hosting product's command line. See README.md.

#include <exception>
#include <iostream>

#include <CLI/CLI.hpp>

#include <tenon/error.hpp>

#include "../../common/output.hpp"
#include "commands.hpp"

namespace {

// As README.md has them.
int exit_code(tenon::Error::Kind kind) {
  using Kind = tenon::Error::Kind;
  switch (kind) {
    case Kind::not_found:
      return 2;
    case Kind::permission_denied:
    case Kind::read_only:
      return 3;
    case Kind::unavailable:
    case Kind::timeout:
    case Kind::busy:
      return 4;
    default:
      return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("Customers, their sites and what these cost.", "hosting");
  hosting::Settings settings;
  program.add_option("--url", settings.url, "Instead of DATABASE_URL; sqlite:PATH or postgresql://…");
  program.add_option("--user", settings.user, "CUSTOMER/EMAIL, as 41/ann@acme.example")
      ->envname("HOSTING_USER");
  program.add_option("--password-file", settings.password_file, "Instead of HOSTING_PASSWORD");
  program.add_option("--keys", settings.keys_file, "File of the keys that seal credentials")
      ->envname("HOSTING_KEYS");
  program.require_subcommand(1);
  hosting::add_house_commands(program, settings);
  hosting::add_site_commands(program, settings);
  hosting::add_integration_commands(program, settings);
  hosting::add_cost_commands(program, settings);
  hosting::add_demo(program, settings);
  try {
    program.parse(argc, argv);
    common::flush_output();
    return 0;
  } catch (const CLI::ParseError& error) {
    return program.exit(error) == 0 ? 0 : 1;
  } catch (const tenon::Error& error) {
    std::cerr << "hosting: " << error.what() << '\n';
    return exit_code(error.kind());
  } catch (const std::exception& error) {
    std::cerr << "hosting: " << error.what() << '\n';
    return 1;
  }
}
