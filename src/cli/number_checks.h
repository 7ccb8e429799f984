#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>

namespace forecart {

/// Threads that may be asked for.
inline constexpr std::uint64_t kMostThreads = 1024;

/// Checks that the text of an option is a whole number written in decimal digits, negative or not:
/// "010" is not 8. For options whose range is checked where they are used.
CLI::Validator decimal_number();

/// The same, within [low, high]: nothing wraps around or is cut off.
CLI::Validator whole_number(std::uint64_t low, std::uint64_t high);

/// The same for a number; "nan" and "inf" are none.
CLI::Validator real_number(double low, double high);

}  // namespace forecart
