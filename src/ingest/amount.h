#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace forecart {

/// Which sign begins the fraction of a number: 1,234.50 or 1.234,50.
enum class DecimalMark { point, comma };

/// Reads a quantity or a price: a sign, digits with or without groups of three, a fraction, an
/// exponent, a currency sign in front or behind. Nothing for anything else or beyond +-1e15.
std::optional<double> parse_amount(std::string_view cell, DecimalMark mark);

/// Gathers, cell by cell, which decimal mark the numbers of a file use.
class DecimalEvidence {
 public:
  void add(std::string_view cell);
  /// The mark that more cells speak for; the point if none speaks.
  DecimalMark decide() const { return comma_ > point_ ? DecimalMark::comma : DecimalMark::point; }

 private:
  std::int64_t point_ = 0;
  std::int64_t comma_ = 0;
};

}  // namespace forecart
