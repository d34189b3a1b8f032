#pragma once

namespace CLI {
class App;
}

namespace tenon::cli {

/// Keeps every option and argument of the program and of its commands from taking what nobody means:
/// nothing at all, as of a variable of the shell that is not set, and numbers that are not decimal (CLI11
/// reads 010 as 8). To be called when all commands are added.
void require_plain_values(CLI::App& program);

/// Throws UsageError for `--name=`, which CLI11 would take for `--name` and give it the next argument.
void refuse_options_without_value(int argc, const char* const* argv);

}  // namespace tenon::cli
