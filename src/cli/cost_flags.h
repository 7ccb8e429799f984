#pragma once

#include "cost/bill.h"
#include "cost/usage.h"
#include <CLI/CLI.hpp>

#include <filesystem>

namespace forecart {

/// --prices FILE.
void add_prices_flag(CLI::App& command, std::filesystem::path& into);

/// Says on stderr what work used and what that would cost elsewhere.
void tell_usage(const Usage& usage, const Bill& bill);

/// What a run each day comes to in a month, beside what the study left running.
void tell_month(const Bill& bill);

}  // namespace forecart
