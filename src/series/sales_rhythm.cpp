#include "series/sales_rhythm.h"

#include "base/random.h"
#include "series/derived_predictive.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kChance = 1e-3;
/// Below it the exact chance of a silence does not matter.
constexpr double kNoChance = 1e-12;
/// A silence must outlast the longest one before it by as much: next year's season may come later.
constexpr double kBeyondLongest = 1.5;

struct Intervals {
  double count = 0;
  double sum = 0;
  double variance = 0;  // of a sample
};

Intervals intervals_of(const std::vector<Sale>& sales) {
  Intervals result;
  result.count = static_cast<double>(sales.size());
  for (const Sale& sale : sales) result.sum += static_cast<double>(sale.interval);
  const double mean = result.sum / result.count;
  for (const Sale& sale : sales) {
    const double off = static_cast<double>(sale.interval) - mean;
    result.variance += off * off / (result.count - 1);
  }
  return result;
}

/// How much more the intervals vary than geometric ones, whose variance is m (m - 1); at least 1.
double dispersion_of(const Intervals& intervals) {
  const double mean = intervals.sum / intervals.count;
  return mean > 1 ? std::max(1.0, intervals.variance / (mean * (mean - 1))) : 1;
}

/// Nothing until the series returns, then a sale at its rate, of one of its latest amounts.
class Return final : public Predictive {
 public:
  Return(const SalesRhythm& rhythm, Index horizon)
      : silent_(static_cast<double>(rhythm.silent)), rate_(rhythm.rate()), horizon_(horizon) {
    for (const Sale& sale : rhythm.latest) amounts_.push_back(sale.amount);
    std::sort(amounts_.begin(), amounts_.end());
  }

  Index horizon() const override { return horizon_; }

  double mean(Index step) const override {
    double sum = 0;
    for (const double amount : amounts_) sum += amount;
    return chance_of_sale(step) * sum / static_cast<double>(amounts_.size());
  }

  double quantile(Index step, double probability) const override {
    const double each = chance_of_sale(step) / static_cast<double>(amounts_.size());
    const auto positive = std::upper_bound(amounts_.begin(), amounts_.end(), 0.0);
    double below = 0;
    for (auto amount = amounts_.begin(); amount != positive; ++amount) {
      below += each;
      if (probability <= below) return *amount;
    }
    below += 1 - chance_of_sale(step);
    if (probability <= below) return 0;
    for (auto amount = positive; amount != amounts_.end(); ++amount) {
      below += each;
      if (probability <= below) return *amount;
    }
    return amounts_.back();
  }

  MatrixXd draw(Index paths, Generator& generator) const override {
    MatrixXd result = MatrixXd::Zero(horizon_, paths);
    for (Index path = 0; path < paths; ++path) {
      const double stays_away = generator.uniform();
      for (Index step = 0; step < horizon_; ++step) {
        const bool sells = generator.uniform() < rate_;
        const double amount = amounts_[generator.below(amounts_.size())];
        if (sells && stays_away < chance_of_return(step)) result(step, path) = amount;
      }
    }
    return result;
  }

 private:
  /// By the end of the step.
  double chance_of_return(Index step) const {
    const auto steps = static_cast<double>(step + 1);
    return steps / (silent_ + steps);
  }
  double chance_of_sale(Index step) const { return rate_ * chance_of_return(step); }

  double silent_;
  double rate_;
  Index horizon_;
  std::vector<double> amounts_;  // ascending
};

}  // namespace

void SalesRhythm::move_on(const SeriesView& series) {
  if (series.values.empty()) return;
  const Bucket from = std::max(end.value_or(series.first), series.first);
  for (Bucket bucket = from; bucket < series.end(); ++bucket) {
    const double y = series.values[static_cast<std::size_t>(bucket - series.first)];
    if (std::isnan(y)) continue;
    if (y == 0) {
      silent += has_sold ? 1 : 0;
      continue;
    }
    if (has_sold) {
      latest.push_back({silent + 1, y});
      if (latest.size() > kRemembered) latest.erase(latest.begin());
      longest = std::max(longest, silent);
    }
    has_sold = true;
    last = bucket;
    silent = 0;
  }
  end = std::max(from, series.end());
}

double SalesRhythm::rate() const {
  if (latest.size() < 2) return 0;
  const Intervals intervals = intervals_of(latest);
  return intervals.count / intervals.sum;
}

double SalesRhythm::chance_of_silence() const {
  if (latest.size() < 2) return 1;
  const Intervals intervals = intervals_of(latest);
  const double dispersion = dispersion_of(intervals);
  // The rate is Beta(a, b); B(a, b + n) / B(a, b) as a product.
  const double a = intervals.count / dispersion;
  const double b = (intervals.sum - intervals.count + .5) / dispersion;
  double chance = 1;
  for (Index i = 0; i < silent && chance > kNoChance; ++i) {
    chance *= (b + static_cast<double>(i)) / (a + b + static_cast<double>(i));
  }
  return chance;
}

bool SalesRhythm::has_ended(Index horizon) const {
  return silent >= horizon &&
         static_cast<double>(silent) > kBeyondLongest * static_cast<double>(longest) &&
         chance_of_silence() < kChance;
}

PredictivePtr after_the_end(const SalesRhythm& rhythm, Index horizon) {
  auto comes_back = std::make_shared<Return>(rhythm, horizon);
  VectorXd middle(horizon);
  for (Index step = 0; step < horizon; ++step) middle[step] = comes_back->quantile(step, .5);
  return with_means(std::move(comes_back), std::move(middle));
}

}  // namespace forecart
