#include "models/lstm/network_options.h"

#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace forecart::lstm {

namespace {

template <class Number>
void require(const char* field, Number value, Number low, Number high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("network: {} is {}, allowed are {} to {}", field, value, low, high));
}

}  // namespace

void NetworkOptions::validate() const {
  require("layers", layers, 0, 3);
  require("units", units, 0, 1024);
  require("dropout", dropout, 0.0, 0.9);
  require<Eigen::Index>("horizon", horizon, 1, 100'000);
  require<Eigen::Index>("direct", direct, 0, kMostDirect);
  require("steps", steps, 1, 1'000'000);
  for (const int season : seasons) require("season", season, 1, 100'000);
  if (seasons.empty()) throw Error(ErrorCode::invalid_value, "network: no season is given");
}

std::string NetworkOptions::text() const {
  return fmt::format("{} {} {} {} {} {} {} {}", layers, units, dropout,
                     head ? name_of(*head) : "auto", fmt::join(seasons, ","), horizon, direct,
                     steps);
}

}  // namespace forecart::lstm
