#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace forecart {

/// A script that completes the commands and flags of `app` in bash, zsh or fish, made from the
/// same table that parses them. Throws Error unknown_name for another shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace forecart
