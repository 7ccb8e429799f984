#include "models/lstm/network_options.h"

#include "base/error.h"
#include "base/range.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace forecart::lstm {

void NetworkOptions::validate() const {
  require_within("network: layers", layers, 0, 3);
  require_within("network: units", units, 0, 1024);
  require_within("network: dropout", dropout, 0.0, 0.9);
  require_within<Eigen::Index>("network: horizon", horizon, 1, 100'000);
  require_within<Eigen::Index>("network: direct", direct, 0, kMostDirect);
  require_within("network: steps", steps, 1, 1'000'000);
  for (const int season : seasons) require_within("network: season", season, 1, 100'000);
  if (seasons.empty()) throw Error(ErrorCode::invalid_value, "network: no season is given");
}

std::string NetworkOptions::text() const {
  return fmt::format("{} {} {} {} {} {} {} {}", layers, units, dropout,
                     head ? name_of(*head) : "auto", fmt::join(seasons, ","), horizon, direct,
                     steps);
}

}  // namespace forecart::lstm
