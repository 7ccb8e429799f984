// The generated data of leak_guard_test.cpp, and what becomes of them after an origin.
#include "pipeline/leak_scene.h"

#include "series/outliers.h"

#include <algorithm>
#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Bucket kFirst = 4000;
constexpr Index kOrigins = 2;

double wave(Bucket bucket, int season) {
  return std::sin(2 * M_PI * static_cast<double>(bucket % season) / season);
}

/// Empty series of `size` steps, values by `value(series, bucket)`, and "late", which begins two
/// steps before the end.
template <typename Value>
Panel panel_of(const char* frequency, Index size, Value value) {
  Panel panel{Calendar(Frequency::parse(frequency), TimeZone())};
  for (int i = 0; i < 2; ++i) {
    std::vector<double> values;
    for (Bucket bucket = kFirst; bucket < kFirst + size; ++bucket) {
      values.push_back(value(i, bucket));
    }
    panel.add(i == 0 ? "a" : "b", kFirst, values);
  }
  panel.add("late", kFirst + size - 2, std::vector<double>{3, 4});
  return panel;
}

ModelOptions models_for(const char* frequency, int season, Index horizon) {
  ModelOptions models;
  models.frequency = Frequency::parse(frequency);
  models.season_length = season;
  models.possible_seasons = {season};
  models.order = {.p = 1, .d = 0, .q = 1};
  models.horizon = horizon;
  models.strategy = trees::Strategy::direct;
  models.network.units = 4;
  models.network.steps = 20;
  return models;
}

/// Finds outliers as a run does, through the whole of the data.
void find_outliers_of(const Panel& panel, int season, Availability& availability) {
  availability.outliers.clear();
  for (Index i = 0; i < panel.size(); ++i) {
    auto found = find_outliers(panel[i], season);
    if (!found.empty()) availability.outliers[std::string(panel[i].id)] = std::move(found);
  }
}

LeakScene regular_hours() {
  Generator noise(1);
  return {"regular hours", models_for("h", 24, 8), panel_of("h", 150, [&](int i, Bucket bucket) {
            return (20 + 10 * i) * (1 + .5 * wave(bucket, 24)) + .02 * double(bucket - kFirst) +
                   noise.normal();
          })};
}

LeakScene daily_counts() {
  Generator noise(2);
  LeakScene scene{"daily counts with outliers", models_for("D", 7, 7),
                  panel_of("D", 182, [&](int i, Bucket bucket) {
                    const auto y = double(noise.poisson((12 + 9 * i) * (1 + .6 * wave(bucket, 7))));
                    return bucket - kFirst == 70 || bucket - kFirst == 160 ? 12 * y + 90 : y;
                  })};
  auto availability = std::make_shared<Availability>();
  find_outliers_of(scene.panel, 7, *availability);
  scene.availability = std::move(availability);
  return scene;
}

LeakScene intermittent_days() {
  Generator noise(3);
  return {"intermittent days", models_for("D", 7, 7), panel_of("D", 140, [&](int i, Bucket) {
            return noise.uniform() < .25 + .1 * i ? double(1 + noise.poisson(1.5)) : 0.0;
          })};
}

MatrixXd column(Index rows, Generator& noise) {
  MatrixXd values(rows, 1);
  for (double& value : values.reshaped()) value = noise.uniform();
  return values;
}

/// Shares of buckets that are open: nearly all of them, `closed` of them not.
VectorXd shares(Index buckets, double closed, Generator& noise) {
  VectorXd result(buckets);
  for (double& share : result) share = noise.uniform() < closed ? 0 : 1;
  return result;
}

/// Sales that go with a known price of each series, a known promotion of all, and the weather,
/// which is known afterwards; closed on days that are known ahead and on some that are not; sold
/// out.
LeakScene shop_days() {
  constexpr Index kSize = 182;
  constexpr Index kAhead = 14;
  Generator noise(4);
  LeakScene scene{"days with regressors and closed times", models_for("D", 7, 7),
                  Panel(Calendar())};
  Covariates& known = scene.covariates;
  known.add_shared({"promotion"}, {kFirst, column(kSize + kAhead, noise)});
  known.add_shared({"weather"}, {kFirst, column(kSize + kAhead, noise)});
  known.past_names = {"weather"};
  std::map<std::string, CovariateBlock, std::less<>> prices;
  for (const char* id : {"a", "b", "late", "newcomer", "another"}) {
    prices[id] = {kFirst, column(kSize + kAhead, noise)};
  }
  known.add_own({"price"}, prices);
  auto open = std::make_shared<Availability>();
  open->ahead = {kFirst, shares(kSize + kAhead, .1, noise)};
  open->own_past["a"] = {kFirst, shares(kSize, .1, noise)};
  scene.availability = open;
  scene.panel = panel_of("D", kSize, [&](int i, Bucket bucket) {
    const Index row = bucket - kFirst;
    const double demand = (10 + 10 * i) * (1 + .4 * wave(bucket, 7)) + 8 * known.values(row, 0) +
                          5 * known.values(row, 1) - 6 * prices[i == 0 ? "a" : "b"].values(row, 0);
    const char* id = i == 0 ? "a" : "b";
    return std::round(std::max(demand + noise.normal(), 0.0) * open->in_the_end(id, bucket));
  });
  return scene;
}

/// A value that nothing before suggests.
double strange(Generator& noise) {
  const double kind = noise.uniform();
  if (kind < .2) return std::nan("");
  return kind < .4 ? -50 * noise.uniform() : double(noise.poisson(400));
}

void add_changed(const SeriesView& series, Bucket cutoff, Generator& noise, Panel& into) {
  std::vector<double> values(series.values.begin(), series.values.end());
  Bucket first = series.first;
  if (first > cutoff) {  // begins elsewhere
    first = cutoff + 1;
    values.resize(static_cast<std::size_t>(series.end() - first));
  }
  for (Bucket bucket = std::max(first, cutoff + 1); bucket < series.end(); ++bucket) {
    values[static_cast<std::size_t>(bucket - first)] = strange(noise);
  }
  into.add(std::string(series.id), first, values);
}

Panel changed_panel(const Panel& panel, Bucket cutoff, Generator& noise) {
  Panel result(panel.calendar());
  const auto add_new = [&](const char* id) {
    std::vector<double> values(static_cast<std::size_t>(panel.end() - cutoff - 1));
    for (double& y : values) y = strange(noise);
    result.add(id, cutoff + 1, values);
  };
  add_new("newcomer");
  for (Index i = 0; i < panel.size(); ++i) add_changed(panel[i], cutoff, noise, result);
  add_new("another");
  return result;
}

/// Other numbers in the rows of column `name` from bucket `from` on.
void change_rows(Bucket first, Index at, Bucket from, MatrixXd& values, Generator& noise) {
  for (Index row = std::max<Index>(from - first, 0); row < values.rows(); ++row) {
    values(row, at) = 3 * noise.uniform() - 1;
  }
}

Covariates changed_covariates(const Covariates& known, Bucket cutoff, Index horizon,
                              Generator& noise) {
  Covariates result = known;
  const auto from = [&](const std::string& name) {
    return known.role(name) == CovariateRole::past ? cutoff + 1 : cutoff + 1 + horizon;
  };
  for (std::size_t k = 0; k < known.names.size(); ++k) {
    change_rows(known.first, static_cast<Index>(k), from(known.names[k]), result.values, noise);
  }
  for (auto& [id, block] : result.own) {
    for (std::size_t k = 0; k < known.own_names.size(); ++k) {
      change_rows(block.first, static_cast<Index>(k), from(known.own_names[k]), block.values,
                  noise);
    }
  }
  return result;
}

void change_shares(Bucket from, OpenShares& open, Generator& noise) {
  for (Index i = std::max<Index>(from - open.first, 0); i < open.shares.size(); ++i) {
    open.shares[i] = noise.uniform() < .5 ? 0 : 1;
  }
}

AvailabilityPtr changed_availability(const LeakScene& scene, const Panel& changed, Bucket cutoff,
                                     Generator& noise) {
  if (scene.availability == nullptr) return nullptr;
  auto result = std::make_shared<Availability>(*scene.availability);
  change_shares(cutoff + 1 + scene.horizon(), result->ahead, noise);
  change_shares(cutoff + 1, result->past, noise);
  for (auto& [id, open] : result->own_ahead) {
    change_shares(cutoff + 1 + scene.horizon(), open, noise);
  }
  for (auto& [id, open] : result->own_past) change_shares(cutoff + 1, open, noise);
  if (!result->outliers.empty()) find_outliers_of(changed, scene.models.season_length, *result);
  return result;
}

}  // namespace

BacktestOptions LeakScene::backtest() const {
  BacktestOptions options;
  options.horizon = options.step = options.fit.horizon = horizon();
  options.windows = kOrigins;
  options.mase_season = models.season_length;
  options.fit.threads = 1;
  return options;
}

Bucket LeakScene::cutoff(Index origin) const {
  return panel.end() - backtest().steps_after(origin) - 1;
}

std::vector<LeakScene> leak_scenes() {
  return {regular_hours(), daily_counts(), intermittent_days(), shop_days()};
}

LeakScene changed_after(const LeakScene& scene, Bucket cutoff, std::uint64_t seed) {
  Generator noise(seed);
  LeakScene changed = scene;
  changed.panel = changed_panel(scene.panel, cutoff, noise);
  changed.covariates = changed_covariates(scene.covariates, cutoff, scene.horizon(), noise);
  changed.availability = changed_availability(scene, changed.panel, cutoff, noise);
  return changed;
}

}  // namespace forecart
