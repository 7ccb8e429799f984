#pragma once

#include "aggregates/sales_cube.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace forecart {

/// Splits orders, whose lines come order by order, into those of one fact, which add up, and the
/// spread ones, which a cube keeps fact by fact.
class OrderGatherer {
 public:
  using SoleOrder = std::function<void(std::int64_t cell, std::int64_t slot)>;

  /// `sole` is told of every order of one fact.
  OrderGatherer(SpreadOrders& spread, SoleOrder sole) : spread_(spread), sole_(std::move(sole)) {}

  void add_line(std::int64_t cell, std::int64_t slot) { facts_.emplace_back(cell, slot); }

  void end_order() {
    std::sort(facts_.begin(), facts_.end());
    facts_.erase(std::unique(facts_.begin(), facts_.end()), facts_.end());
    if (facts_.size() == 1) sole_(facts_[0].first, facts_[0].second);
    if (facts_.size() > 1) spread_one();
    facts_.clear();
  }

  /// No order is open, and none comes any more.
  void finish() {
    for (NarrowColumn* column : {&spread_.order, &spread_.cell, &spread_.slot}) column->finish();
  }

 private:
  void spread_one() {
    for (const auto& [cell, slot] : facts_) {
      spread_.order.add(count_);
      spread_.cell.add(cell);
      spread_.slot.add(slot);
    }
    ++count_;
  }

  SpreadOrders& spread_;
  SoleOrder sole_;
  std::vector<std::pair<std::int64_t, std::int64_t>> facts_;  ///< of the order that is open
  std::int64_t count_ = 0;
};

}  // namespace forecart
