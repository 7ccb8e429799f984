#include "models/trees/feature_plan.h"

#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace forecart::trees {

namespace {

using nlohmann::json;

/// Longest window, season or lag that can be asked for.
constexpr int kLongest = 100'000;

constexpr std::array kFieldNames{"hour", "weekday", "day_of_month", "month"};

const char* name_of(CalendarField field) {
  return kFieldNames.at(static_cast<std::size_t>(field));
}

/// Windows of a day of `day` steps and a week of them; the level spans weeks.
FeaturePlan sub_daily(int day) {
  const int week = 7 * day;
  FeaturePlan plan;
  plan.windows = {std::max(1, day / 4), day, 2 * day, week, 2 * week, 4 * week, 8 * week};
  plan.level_windows = {week, 2 * week, 4 * week};
  plan.spread_window = 4 * week;
  plan.seasons = {{day, {2, 7, 28}}, {week, {2, 4, 8}}};
  plan.fields = {CalendarField::hour, CalendarField::weekday, CalendarField::day_of_month,
                 CalendarField::month};
  return plan;
}

FeaturePlan daily() {
  FeaturePlan plan;
  plan.windows = {7, 14, 28, 56, 112, 182, 364};
  plan.level_windows = {28, 56, 112};
  plan.spread_window = 112;
  plan.seasons = {{7, {4, 8, 26}}};
  plan.year = 364;
  plan.year_half = 7;
  plan.fields = {CalendarField::weekday, CalendarField::day_of_month, CalendarField::month};
  return plan;
}

FeaturePlan weekly() {
  FeaturePlan plan;
  plan.windows = {2, 4, 8, 13, 26, 52, 104};
  plan.level_windows = {4, 8, 16};
  plan.spread_window = 52;
  plan.seasons = {{52, {2, 3}}};
  plan.year_half = 1;
  plan.year = 52;
  plan.fields = {CalendarField::day_of_month, CalendarField::month};
  return plan;
}

/// Steps that are parts of a year: months, quarters.
FeaturePlan of_year(int year) {
  FeaturePlan plan;
  plan.windows = {std::max(2, year / 4), std::max(2, year / 2), year, 2 * year, 3 * year};
  plan.level_windows = {std::max(2, year / 2), year};
  plan.spread_window = 2 * year;
  plan.seasons = {{year, {2, 3}}};
  plan.fields = {CalendarField::month};
  return plan;
}

/// Counters and years: a season if there is one, and no calendar.
FeaturePlan plain(int season) {
  const int unit = std::max(season, 4);
  FeaturePlan plan;
  plan.windows = {unit, 2 * unit, 4 * unit, 8 * unit, 16 * unit};
  plan.level_windows = {unit, 2 * unit, 4 * unit};
  plan.spread_window = 8 * unit;
  if (season > 1) plan.seasons = {{season, {2, 4, 8}}};
  return plan;
}

FeaturePlan for_unit(const Frequency& frequency, int season) {
  const int usual = frequency.default_season_length();
  if (frequency.is_sub_daily()) return usual > 1 ? sub_daily(usual) : plain(season);
  if (frequency.multiple != 1) return plain(season);
  switch (frequency.unit) {
    case FrequencyUnit::day:
      return daily();
    case FrequencyUnit::week:
      return weekly();
    case FrequencyUnit::month:
      return of_year(12);
    case FrequencyUnit::quarter:
      return of_year(4);
    default:
      return plain(season);
  }
}

bool has_season(const FeaturePlan& plan, int length) {
  return std::any_of(plan.seasons.begin(), plan.seasons.end(),
                     [&](const SeasonPlan& season) { return season.length == length; });
}

std::vector<int> steps(const json& state, const char* key, int least) {
  auto result = wholes<int>(state.at(key));
  for (const int value : result) {
    if (value < least || value > kLongest) refuse_state("GradientBoostedTrees", key);
  }
  return result;
}

int greatest(const std::vector<int>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

}  // namespace

FeaturePlan FeaturePlan::for_frequency(const Frequency& frequency, int season) {
  FeaturePlan plan = for_unit(frequency, season);
  if (season > 1 && !has_season(plan, season)) plan.seasons.push_back({season, {2, 4}});
  const int shortest = plan.seasons.empty() ? 4 : plan.seasons.front().length;
  for (int lag = 0; lag < std::min(shortest, 7); ++lag) plan.lags.push_back(lag);
  return plan;
}

FeaturePlan FeaturePlan::looking_ahead(Eigen::Index steps) const {
  FeaturePlan plan = *this;
  if (steps > 1) plan.lags.clear();
  return plan;
}

int FeaturePlan::lookback() const {
  int result = std::max({greatest(windows), greatest(level_windows), spread_window,
                         greatest(lags) + 1, year + year_half + 1});
  for (const SeasonPlan& season : seasons) {
    result = std::max(result, season.length * (1 + greatest(season.means)));
  }
  return result;
}

std::vector<std::string> FeaturePlan::origin_names() const {
  std::vector<std::string> names;
  for (const int lag : lags) names.push_back(fmt::format("lag_{}", lag));
  for (const int window : windows) names.push_back(fmt::format("mean_{}", window));
  names.insert(names.end(), {"level", "zero_share_recent", "zero_share", "variation", "age",
                             "steps_since_sale"});
  for (const std::string& name : covariates.past) {
    names.push_back(name);
    names.push_back(name + "_change");
  }
  return names;
}

std::vector<std::string> FeaturePlan::target_names() const {
  std::vector<std::string> names{"horizon"};
  for (const SeasonPlan& season : seasons) {
    names.push_back(fmt::format("season_{}_last", season.length));
    for (const int count : season.means) {
      names.push_back(fmt::format("season_{}_mean_{}", season.length, count));
    }
  }
  if (year > 0) names.emplace_back("year_ago");
  for (const CalendarField field : fields) names.emplace_back(name_of(field));
  for (std::size_t i = 0; i < covariates.future.size(); ++i) {
    names.push_back(covariates.future[i]);
    if (covariates.relative[i]) names.push_back(covariates.future[i] + "_change");
  }
  names.insert(names.end(), covariates.fixed.begin(), covariates.fixed.end());
  return names;
}

Eigen::Index FeaturePlan::columns() const {
  return std::ssize(origin_names()) + std::ssize(target_names());
}

json FeaturePlan::save() const {
  json season_list = json::array();
  for (const SeasonPlan& season : seasons) {
    season_list.push_back({{"length", season.length}, {"means", season.means}});
  }
  json field_list = json::array();
  for (const CalendarField field : fields) field_list.push_back(name_of(field));
  json state = {{"centred", centred},
                {"lags", lags},
                {"windows", windows},
                {"level_windows", level_windows},
                {"spread_window", spread_window},
                {"seasons", std::move(season_list)},
                {"year", year},
                {"year_half", year_half},
                {"fields", std::move(field_list)}};
  state.update(save_covariate_plan(covariates));
  return state;
}

FeaturePlan FeaturePlan::load(const json& state) {
  FeaturePlan plan;
  plan.centred = state.at("centred").get<bool>();
  plan.lags = steps(state, "lags", 0);
  plan.windows = steps(state, "windows", 1);
  plan.level_windows = steps(state, "level_windows", 1);
  plan.spread_window = static_cast<int>(whole_number(state, "spread_window", 1, kLongest));
  for (const json& season : state.at("seasons")) {
    plan.seasons.push_back(
        {static_cast<int>(whole_number(season, "length", 2, kLongest)), steps(season, "means", 1)});
    if (plan.seasons.back().length * (1LL + greatest(plan.seasons.back().means)) >
        100LL * kLongest) {
      refuse_state("GradientBoostedTrees", "seasons");
    }
  }
  plan.year = static_cast<int>(whole_number(state, "year", 0, kLongest));
  plan.year_half = static_cast<int>(whole_number(state, "year_half", 0, plan.year / 2));
  for (const json& name : state.at("fields")) {
    const auto at = std::find(kFieldNames.begin(), kFieldNames.end(), name.get<std::string>());
    if (at == kFieldNames.end()) refuse_state("GradientBoostedTrees", "fields");
    plan.fields.push_back(static_cast<CalendarField>(at - kFieldNames.begin()));
  }
  plan.covariates = load_covariate_plan(state);
  if (plan.level_windows.empty()) refuse_state("GradientBoostedTrees", "plan");
  return plan;
}

float calendar_number(CalendarField field, const Calendar& calendar, Bucket bucket) {
  const CivilTime civil = calendar.zone().civil(calendar.start(bucket));
  const auto day = std::chrono::floor<std::chrono::days>(civil);
  const std::chrono::year_month_day date(day);
  switch (field) {
    case CalendarField::hour:
      return std::chrono::duration<float, std::ratio<3600>>(civil - day).count();
    case CalendarField::weekday:
      return static_cast<float>(std::chrono::weekday(day).iso_encoding());
    case CalendarField::day_of_month:
      return static_cast<float>(static_cast<unsigned>(date.day()));
    case CalendarField::month:
      break;
  }
  return static_cast<float>(static_cast<unsigned>(date.month()));
}

}  // namespace forecart::trees
