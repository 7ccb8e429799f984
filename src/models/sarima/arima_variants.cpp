#include "models/sarima/arima_variants.h"

#include "models/transformed.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace forecart {

namespace {

using Eigen::Index;

/// Beyond it a season leaves fewer cycles than coefficients want, and a fit takes longer.
constexpr int kLongSeason = 30;
constexpr int kYearOfWeeks = 52;
constexpr Index kScored = 24;
/// Steps ahead that are compared at most, or two seasons: more would cost too much of the history.
constexpr Index kFarthest = 48;
/// Orders and variants are chosen on so many of the latest values, or seasons.
constexpr Index kMostTried = 1000;
constexpr Index kMostSeasonsTried = 20;
/// Longest seasonal part, and the harmonics that stand for a longer season.
constexpr int kLongestSeason = 200;
constexpr int kHarmonics = 3;

/// Of a model with this season beside a shortest one.
sarima::SearchOptions search_for(int season, int shortest) {
  sarima::SearchOptions search;
  search.first_starts = 1;
  const int longest = std::max(season, shortest);
  if (longest > 1) search.width = search.finalists = 1;
  if (longest <= kLongSeason) return search;
  search.max_p = search.max_q = 3;
  search.max_P = search.max_Q = 1;
  if (longest != kYearOfWeeks) return search;
  search.max_p = search.max_P = 2;
  search.max_q = 1;
  search.max_Q = 0;
  search.last_starts = 1;
  return search;
}

std::string label(int season, const Transform& transform) {
  const std::string text = season > 1 ? fmt::format("season {}", season) : "no season";
  return transform == Transform::none ? text : text + ", " + to_string(transform);
}

class VariantList {
 public:
  explicit VariantList(const ArimaVariety& variety) : variety_(variety) {}

  void add(int season, const Transform& transform) {
    const int shortest = variety_.seasons.front();
    AutoArimaOptions options;
    options.season = season <= kLongestSeason ? season : shortest <= kLongestSeason ? shortest : 1;
    options.fourier = variety_.fourier;
    if (season > kLongestSeason) {
      options.fourier.push_back({static_cast<double>(season), kHarmonics});
    }
    options.search = search_for(options.season, shortest);
    options.search.refuse_near_unit_roots = variety_.refuse_near_unit_roots;
    if (season == kYearOfWeeks && transform == Transform::log) options.max_d = 1;
    if (season > shortest) options.evidence = SeasonTest{season, {shortest}};
    variants_.push_back(
        {label(season, transform), transformed(make_auto_arima(options), transform, season)});
  }

  std::vector<Variant> take() { return std::move(variants_); }

 private:
  const ArimaVariety& variety_;
  std::vector<Variant> variants_;
};

}  // namespace

std::vector<Variant> arima_variants(const ArimaVariety& variety) {
  VariantList list(variety);
  for (const int season : variety.seasons) {
    if (variety.transform) {
      list.add(season, *variety.transform);
    } else {
      list.add(season, Transform::none);
      list.add(season, Transform::log);
    }
  }
  if (variety.seasons.front() > kYearOfWeeks) {
    list.add(1, variety.transform.value_or(Transform::log));
  }
  return list.take();
}

RollingOptions arima_origins(const ArimaVariety& variety) {
  RollingOptions options;
  const int season = variety.seasons.front();
  options.horizon = std::min(variety.horizon, std::max<Index>(2 * Index{season}, kFarthest));
  options.step = season > 1 ? std::min<Index>(season, options.horizon) : options.horizon;
  options.most_values = std::max(kMostTried, kMostSeasonsTried * variety.seasons.back());
  options.windows = std::max<Index>(2, (kScored + options.horizon - 1) / options.horizon);
  return options;
}

}  // namespace forecart
