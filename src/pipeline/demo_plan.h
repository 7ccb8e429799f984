#pragma once

#include "base/random.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A year of orders of an invented shop, with all that makes real exports hard: what `forecart
/// demo` ingests, and a ground truth to hold ingest against.
struct DemoOptions {
  std::uint64_t seed = 1;
  int year = 2025;              ///< 2000-2068: dates are written with two digits for the year
  double orders_per_day = 220;  ///< mean of a usual day in January; above 0, at most 100,000
};

/// Days on which demand for one product was changed: a promotion (lift above 1 at a reduced price)
/// or a stock-out (lift 0: no sales although there was demand).
struct DemoPeriod {
  std::string product;
  std::chrono::sys_days first;
  int days = 0;
  double lift = 0;
  double price_factor = 1;
};

/// A product of the invented shop.
struct DemoProduct {
  std::string_view name;
  int cents;      ///< list price
  double share;   ///< of the lines of a usual day; the shares add up to 1
  double winter;  ///< how much more is sold in mid-January than in mid-July, from -1 to 1
};

inline constexpr std::size_t kDemoProducts = 20;
extern const std::array<DemoProduct, kDemoProducts> kDemoCatalogue;
inline constexpr std::size_t kDemoLaunched = 8;  ///< index of the product sold from 1 July only

/// The days of one year and what was planned for them; immutable, equal for equal options and
/// generator.
class DemoPlan {
 public:
  DemoPlan(const DemoOptions& options, Generator random);

  std::chrono::sys_days first() const { return first_; }
  int length() const { return length_; }
  const std::vector<DemoPeriod>& promotions() const { return promotions_; }
  const std::vector<DemoPeriod>& stock_outs() const { return stock_outs_; }
  std::vector<std::chrono::sys_days> closed_days() const;

  /// Expected orders of a day by the product of their first line; 0 where it cannot be sold.
  std::array<double, kDemoProducts> demand(std::chrono::sys_days day) const;
  /// Price of a product on a day, in cents.
  int price(std::size_t product, std::chrono::sys_days day) const;

 private:
  bool is_closed(std::chrono::sys_days day) const;
  double shop_level(std::chrono::sys_days day) const;
  double planned_lift(std::size_t product, std::chrono::sys_days day) const;
  DemoPeriod draw_period(Generator& random, int shortest, int longest) const;

  double orders_per_day_;
  std::chrono::sys_days first_;
  int length_;
  std::vector<DemoPeriod> promotions_;
  std::vector<DemoPeriod> stock_outs_;
};

}  // namespace forecart
