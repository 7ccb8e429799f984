#include "models/lstm/recursion.h"

#include "base/parallel.h"
#include "models/lstm/calibration.h"
#include "models/lstm/desk.h"
#include "models/lstm/network_series.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Series that are worked on at once, so that their number does not decide how much memory is used.
constexpr std::size_t kAtOnce = 2048;

/// Some series that grow by what is forecast for them, a horizon of the network at a time.
class Recursion {
 public:
  Recursion(const Learnt& learnt, const Calendar& calendar, unsigned threads)
      : learnt_(learnt), calendar_(calendar), threads_(threads) {}

  void start(std::span<const GlobalOrigin> origins, Index horizon, const Covariates& future) {
    std::vector<std::optional<SeriesAhead>> made(origins.size());
    parallel_for(origins.size(), threads_, [&](std::size_t i) {
      made[i].emplace(learnt_.plan, calendar_, origins[i], horizon, future);
    });
    for (std::optional<SeriesAhead>& one : made) series_.push_back(std::move(*one));
    sites_.resize(origins.size());
    numbers_.resize(origins.size());
  }

  void run(Index horizon, std::vector<PredictivePtr>& result) {
    for (Index done = 0; done < horizon; done += learnt_.plan.horizon) {
      const bool last = done + learnt_.plan.horizon >= horizon;
      next_block(std::min(learnt_.plan.horizon, horizon - done), last);
    }
    for (std::size_t i = 0; i < series_.size(); ++i) {
      result.push_back(make_net_predictive(learnt_.head, std::move(sites_[i]),
                                           std::move(numbers_[i]), learnt_.calibration));
    }
  }

 private:
  /// What follows from forecasts is smooth: its own unit would make intervals narrower.
  static void keep_unit(const Frame& first, std::vector<StepSite>& sites) {
    for (StepSite& site : sites) site.frame.unit = std::max(site.frame.unit, first.unit);
  }

  void next_block(Index steps, bool last) {
    std::vector<Origin> places;
    for (const SeriesAhead& series : series_) places.push_back(series.origin());
    const Reading reading{learnt_.plan, calendar_, learnt_.shape};
    Outputs outputs = predict(reading, learnt_.parameters, places, threads_);
    const std::size_t width = learnt_.head->per_step();
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const auto count = static_cast<std::size_t>(steps);
      if (!sites_[i].empty()) keep_unit(sites_[i].front().frame, outputs.sites[i]);
      sites_[i].insert(sites_[i].end(), outputs.sites[i].begin(), outputs.sites[i].begin() + steps);
      numbers_[i].insert(numbers_[i].end(), outputs.numbers[i].begin(),
                         outputs.numbers[i].begin() + static_cast<std::ptrdiff_t>(count * width));
      if (last) continue;
      std::vector<double> points;
      for (std::size_t k = 0; k < count; ++k) {
        points.push_back(point_of(*learnt_.head, outputs.sites[i][k],
                                  std::span(outputs.numbers[i]).subspan(k * width, width)));
      }
      series_[i].append(points);
    }
  }

  const Learnt& learnt_;
  const Calendar& calendar_;
  unsigned threads_;
  std::vector<SeriesAhead> series_;
  std::vector<std::vector<StepSite>> sites_;
  std::vector<std::vector<float>> numbers_;
};

}  // namespace

std::vector<PredictivePtr> forecast_recursively(const Learnt& learnt, const Calendar& calendar,
                                                const std::vector<GlobalOrigin>& origins,
                                                Index horizon, const Covariates& future,
                                                unsigned threads) {
  std::vector<PredictivePtr> result;
  const std::span<const GlobalOrigin> all(origins);
  for (std::size_t from = 0; from < all.size(); from += kAtOnce) {
    Recursion recursion(learnt, calendar, threads);
    recursion.start(all.subspan(from, std::min(kAtOnce, all.size() - from)), horizon, future);
    recursion.run(horizon, result);
  }
  return result;
}

}  // namespace forecart::lstm
