#include "models/lstm/recursion.h"

#include "models/lstm/calibration.h"
#include "models/lstm/desk.h"
#include "models/lstm/network_series.h"

#include <algorithm>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Tracks of some series that grow by what is forecast for them, a horizon of the network at a
/// time.
class Recursion {
 public:
  Recursion(const Learnt& learnt, const Calendar& calendar, unsigned threads)
      : learnt_(learnt), calendar_(calendar), threads_(threads) {}

  void start(const std::vector<GlobalOrigin>& origins, Index horizon, const Covariates& future) {
    for (const GlobalOrigin& origin : origins) {
      const auto& series = dynamic_cast<const NetworkSeries&>(origin.series);
      Track track(series.measure(), learnt_.plan.seasons);
      track.append(series.tail());
      firsts_.push_back(origin.end - static_cast<Bucket>(series.tail().size()));
      tracks_.push_back(std::move(track));
      look_ahead(series.beside(), origin, horizon, future);
    }
    sites_.resize(origins.size());
    numbers_.resize(origins.size());
  }

  std::vector<PredictivePtr> run(Index horizon) {
    for (Index done = 0; done < horizon; done += learnt_.plan.horizon) {
      const bool last = done + learnt_.plan.horizon >= horizon;
      next_block(std::min(learnt_.plan.horizon, horizon - done), last);
    }
    std::vector<PredictivePtr> result;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      result.push_back(make_net_predictive(learnt_.head, std::move(sites_[i]),
                                           std::move(numbers_[i]), learnt_.calibration));
    }
    return result;
  }

 private:
  void look_ahead(CovariateTrack beside, const GlobalOrigin& origin, Index horizon,
                  const Covariates& future) {
    const CovariateReading& reading = learnt_.plan.covariates;
    if (reading.empty()) return;
    beside.append(reading, known_future_rows(reading.plan, future, origin.id, calendar_, origin.end,
                                             origin.end + horizon));
    besides_.push_back(std::move(beside));
  }

  /// What follows from forecasts is smooth: its own unit would make intervals narrower.
  static void keep_unit(const Frame& first, std::vector<StepSite>& sites) {
    for (StepSite& site : sites) site.frame.unit = std::max(site.frame.unit, first.unit);
  }

  void next_block(Index steps, bool last) {
    std::vector<Origin> places;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      places.push_back(
          {&tracks_[i], firsts_[i], tracks_[i].size(), besides_.empty() ? nullptr : &besides_[i]});
    }
    const Reading reading{learnt_.plan, calendar_, learnt_.shape};
    Outputs outputs = predict(reading, learnt_.parameters, places, threads_);
    const std::size_t width = learnt_.head->per_step();
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
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
      tracks_[i].append(points);
    }
  }

  const Learnt& learnt_;
  const Calendar& calendar_;
  unsigned threads_;
  std::vector<Bucket> firsts_;
  std::vector<Track> tracks_;
  std::vector<CovariateTrack> besides_;  // none where nothing is known beside the sales
  std::vector<std::vector<StepSite>> sites_;
  std::vector<std::vector<float>> numbers_;
};

}  // namespace

std::vector<PredictivePtr> forecast_recursively(const Learnt& learnt, const Calendar& calendar,
                                                const std::vector<GlobalOrigin>& origins,
                                                Index horizon, const Covariates& future,
                                                unsigned threads) {
  Recursion recursion(learnt, calendar, threads);
  recursion.start(origins, horizon, future);
  return recursion.run(horizon);
}

}  // namespace forecart::lstm
