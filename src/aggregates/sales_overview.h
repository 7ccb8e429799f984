#pragma once

#include "aggregates/sales_cube.h"
#include "table/table.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// What there is to ask about: dimensions with the number of their values ("" for lines without
/// one counts), and the hours of the first and the last sale.
struct SalesOverview {
  struct Size {
    std::string dimension;
    std::int64_t values = 0;

    friend bool operator==(const Size&, const Size&) = default;
  };
  std::vector<Size> dimensions;
  std::optional<Instant> first;  ///< nothing where there are no sales
  std::optional<Instant> last;

  friend bool operator==(const SalesOverview&, const SalesOverview&) = default;
};
SalesOverview overview_of(const SalesCube& cube);
SalesOverview overview_of(const std::vector<std::filesystem::path>& sales,
                          const SalesSchema& schema);

/// Which values of a dimension are asked for: those that hold a text, whatever the case of their
/// letters, in ascending order.
struct ValueSearch {
  std::string dimension;
  std::string text;  ///< "" is in all
  std::int64_t limit = 100;
  std::int64_t offset = 0;

  /// Throws Error unknown_name and invalid_value as a query does.
  void validate(const SalesSchema& schema) const;
};

struct ValuesFound {
  std::vector<std::string> values;
  std::int64_t total = 0;  ///< of which limit and offset keep some
};
ValuesFound find_values(const SalesCube& cube, const ValueSearch& search);
ValuesFound find_values(const std::vector<std::filesystem::path>& sales, const ValueSearch& search);

}  // namespace forecart
