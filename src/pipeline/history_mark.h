#pragma once

#include "series/availability.h"
#include "series/covariates.h"
#include "series/panel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace forecart {

/// What models know of a series before some bucket: a hash of the first bucket, of the values that
/// tell of demand and of what is known beside them; and how many values that are.
struct HistoryMark {
  std::string hash;
  std::int64_t values = 0;

  bool operator==(const HistoryMark&) const = default;
};

/// The marks of all series of a panel before `end`; `when` is when they could be sold, null:
/// always.
std::vector<HistoryMark> history_marks(const Panel& panel, Bucket end, const Availability* when,
                                       const Covariates& covariates);

}  // namespace forecart
