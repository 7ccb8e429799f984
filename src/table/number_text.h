#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace forecart {

/// The shortest text that reads back as the same double, the same on every machine; whole numbers
/// below 1e16 without exponent. NaN, which means missing, is "".
std::string number_text(double value);

/// Reads all of `text` as a finite number: sign, digits, point, exponent. Nothing else, not even
/// blanks, is taken.
std::optional<double> parse_number(std::string_view text);

/// Reads all of `text` as a whole number.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Text without leading and trailing blanks (space, tab, no-break space).
std::string_view trim(std::string_view text);

}  // namespace forecart
