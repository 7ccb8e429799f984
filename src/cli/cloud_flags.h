#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace forecart {

/// --emf-namespace: what CloudWatch calls the room of our metrics.
CLI::Option* add_namespace_flag(CLI::App& command, std::string& into);
/// --region: that of the environment or the profile where it is not given.
void add_region_flag(CLI::App& command, std::string& into);
/// --prefix: what names in an account begin with.
void add_prefix_flag(CLI::App& command, std::string& into);

}  // namespace forecart
