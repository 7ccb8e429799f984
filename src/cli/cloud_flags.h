#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace forecart {

/// --emf-namespace: what CloudWatch calls the room of our metrics.
CLI::Option* add_namespace_flag(CLI::App& command, std::string& into);

}  // namespace forecart
