#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace forecart {

/// --emf-namespace: what CloudWatch calls the room of our metrics.
CLI::Option* add_namespace_flag(CLI::App& command, std::string& into);
/// --region: that of the environment or the profile where it is not given.
void add_region_flag(CLI::App& command, std::string& into);
/// Throws Error invalid_value for what no region of AWS can be called, usage for none.
void check_region(const std::string& text);
/// Refuses what is no whole ARN.
CLI::Validator arn_check();
/// --prefix: what names in an account begin with.
void add_prefix_flag(CLI::App& command, std::string& into);

}  // namespace forecart
