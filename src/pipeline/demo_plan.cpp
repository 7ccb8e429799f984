#include "pipeline/demo_plan.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace forecart {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// Sunday first, as std::chrono counts.
constexpr std::array<double, 7> kWeekdays = {.79, 1.02, .96, .95, 1.00, 1.10, 1.18};

bool holds(const DemoPeriod& period, sys_days day) {
  return day >= period.first && day < period.first + days(period.days);
}

sys_days date(int year, unsigned month, unsigned day) {
  return sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day));
}

}  // namespace

const std::array<DemoProduct, kDemoProducts> kDemoCatalogue = {{
    {"Alder Notebook A5", 650, .11, .0},
    {"Beacon Desk Lamp", 4900, .04, .35},
    {"Birch Pencil Set", 895, .09, .0},
    {"Canvas Tote", 1500, .06, -.15},
    {"Cedar Phone Stand", 1995, .06, .0},
    {"Clay Mug", 1250, .10, .2},
    {"Cloud Blanket", 5900, .03, .6},
    {"Cork Coaster Set", 999, .05, .0},
    {"Drift Bluetooth Speaker", 7950, .03, -.2},
    {"Ember Candle", 1100, .08, .5},
    {"Fern Planter", 2400, .04, -.45},
    {"Harbour Rain Jacket", 12900, .02, .15},
    {"Lark Earphones", 2999, .07, .0},
    {"Linen Apron", 2850, .03, .0},
    {"Maple Cutting Board", 3400, .03, .0},
    {"Moss Door Mat", 2650, .02, .1},
    {"Nomad Water Bottle", 1895, .06, -.4},
    {"Pebble Power Bank", 3500, .04, -.1},
    {"Willow Picnic Basket", 6400, .02, -.7},
    {"Zephyr Desk Fan", 4450, .02, -.8},
}};

DemoPlan::DemoPlan(const DemoOptions& options, Generator random)
    : orders_per_day_(options.orders_per_day),
      first_(date(options.year, 1, 1)),
      length_(static_cast<int>((date(options.year + 1, 1, 1) - first_).count())) {
  for (int i = 0; i < 14; ++i) {
    DemoPeriod& promotion = promotions_.emplace_back(draw_period(random, 5, 14));
    promotion.lift = 1.6 + 1.4 * random.uniform();
    promotion.price_factor = .7 + .05 * static_cast<double>(random.below(5));
  }
  for (int i = 0; i < 12; ++i) stock_outs_.push_back(draw_period(random, 3, 10));
}

DemoPeriod DemoPlan::draw_period(Generator& random, int shortest, int longest) const {
  DemoPeriod period;
  const std::size_t product = random.below(kDemoProducts - 1);  // never the launched one
  period.product = kDemoCatalogue[product < kDemoLaunched ? product : product + 1].name;
  period.days = shortest + static_cast<int>(random.below(longest - shortest + 1));
  period.first = first_ + days(random.below(length_ - period.days));
  return period;
}

bool DemoPlan::is_closed(sys_days day) const {
  const std::chrono::year_month_day when{day};
  const auto month = static_cast<unsigned>(when.month());
  const auto number = static_cast<unsigned>(when.day());
  return (month == 1 && number == 1) || (month == 5 && number == 1) ||
         (month == 8 && (number == 15 || number == 16));
}

std::vector<sys_days> DemoPlan::closed_days() const {
  std::vector<sys_days> closed;
  for (int i = 0; i < length_; ++i) {
    if (is_closed(first_ + days(i))) closed.push_back(first_ + days(i));
  }
  return closed;
}

/// Weekday, a trend of +20 % over the year, and the four weeks before Christmas.
double DemoPlan::shop_level(sys_days day) const {
  if (is_closed(day)) return 0;
  const double passed = static_cast<double>((day - first_).count()) / length_;
  const int to_christmas = static_cast<int>((first_ + days(length_ - 8) - day).count());
  const double christmas = to_christmas > 0 && to_christmas <= 28 ? 1.6 : 1.0;
  return kWeekdays[std::chrono::weekday(day).c_encoding()] * (1 + .2 * passed) * christmas;
}

double DemoPlan::planned_lift(std::size_t product, sys_days day) const {
  const auto changes = [&](const DemoPeriod& period) {
    return period.product == kDemoCatalogue[product].name && holds(period, day);
  };
  const bool first_half = std::chrono::year_month_day(day).month() < std::chrono::July;
  if (product == kDemoLaunched && first_half) return 0;
  if (std::ranges::any_of(stock_outs_, changes)) return 0;
  double lift = 1;
  for (const DemoPeriod& promotion : promotions_) lift *= changes(promotion) ? promotion.lift : 1;
  return lift;
}

std::array<double, kDemoProducts> DemoPlan::demand(sys_days day) const {
  const double turn =
      2 * std::numbers::pi * static_cast<double>((day - first_).count() - 14) / length_;
  const double level = orders_per_day_ * shop_level(day);
  std::array<double, kDemoProducts> lines{};
  for (std::size_t p = 0; p < lines.size(); ++p) {
    const double season = 1 + kDemoCatalogue[p].winter * std::cos(turn);
    lines[p] = level * kDemoCatalogue[p].share * season * planned_lift(p, day);
  }
  return lines;
}

int DemoPlan::price(std::size_t product, sys_days day) const {
  double cents = kDemoCatalogue[product].cents;
  for (const DemoPeriod& promotion : promotions_) {
    if (promotion.product == kDemoCatalogue[product].name && holds(promotion, day)) {
      cents *= promotion.price_factor;
    }
  }
  return static_cast<int>(std::lround(cents));
}

}  // namespace forecart
