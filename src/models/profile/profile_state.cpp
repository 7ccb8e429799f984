#include "models/profile/fitted_level_profile.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using Eigen::ArrayXd;
using nlohmann::json;

constexpr std::int64_t kLongestReach = 1'000'000;

json saved(const Factors& factors) {
  json rows = json::array();
  for (const ArrayXd& f : factors) rows.push_back(std::vector<double>(f.begin(), f.end()));
  return rows;
}

Factors read_factors(const json& state, const std::vector<Axis>& axes) {
  const auto rows = state.get<std::vector<std::vector<double>>>();
  if (rows.size() != axes.size()) refuse_state("LevelProfile", "number of profiles");
  Factors factors;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::ssize(rows[i]) != axes[i].places()) refuse_state("LevelProfile", "length of profile");
    factors.emplace_back(Eigen::Map<const ArrayXd>(rows[i].data(), axes[i].places()));
  }
  return factors;
}

json saved(const Scale& scale) {
  return {{"kind", static_cast<int>(scale.kind)}, {"unit", scale.unit}, {"offset", scale.offset}};
}

Scale read_scale(const json& state) {
  Scale scale;
  scale.kind = static_cast<DemandKind>(whole_number(state, "kind", 0, 2));
  scale.unit = state.at("unit").get<double>();
  scale.offset = state.at("offset").get<double>();
  if (!(scale.unit > 0)) refuse_state("LevelProfile", "unit");
  if (scale.kind == DemandKind::counts && (scale.unit != 1 || scale.offset != 0)) {
    refuse_state("LevelProfile", "unit of counts");
  }
  return scale;
}

json saved(const ProfileItem& item) {
  if (item.fallback != nullptr) return {{"end", item.end}, {"fallback", item.fallback->save()}};
  return {{"end", item.end},
          {"scale", saved(item.scale)},
          {"factors", saved(item.factors)},
          {"level", item.level.save()},
          {"index", item.noise.index},
          {"level_variance", item.noise.level_variance}};
}

json saved(const PanelFactors& factors, const LikeSeries& alike) {
  json beside = json::array();
  for (std::size_t d = 0; d < alike.names.size(); ++d) {
    json groups = json::array();
    for (std::size_t g = 0; g < alike.values[d].size(); ++g) {
      groups.push_back({{"value", alike.values[d][g]}, {"factors", saved(factors.beside[d][g])}});
    }
    beside.push_back({{"name", alike.names[d]}, {"groups", std::move(groups)}});
  }
  return {{"pooled", saved(factors.pooled)}, {"beside", std::move(beside)}};
}

void read_pool(const json& state, const std::vector<Axis>& axes, ProfileParameters& parameters) {
  parameters.factors.pooled = read_factors(state.at("pooled"), axes);
  for (const json& dimension : state.at("beside")) {
    parameters.alike.names.push_back(dimension.at("name").get<std::string>());
    auto& values = parameters.alike.values.emplace_back();
    auto& factors = parameters.factors.beside.emplace_back();
    for (const json& group : dimension.at("groups")) {
      values.push_back(group.at("value").get<std::string>());
      factors.push_back(read_factors(group.at("factors"), axes));
    }
  }
}

LedgerRow read_row(const json& state) {
  LedgerRow row;
  row.model = "LevelProfile";
  row.unique_id = state.at("unique_id").get<std::string>();
  row.reason = state.at("reason").get<std::string>();
  row.fallback = state.at("fallback").get<std::string>();
  row.interval_method = state.at("interval_method").get<std::string>();
  row.converged = row.fallback.empty();
  row.rows_used = whole<Eigen::Index>(state.at("rows_used"));
  row.gaps = whole<Eigen::Index>(state.at("gaps"));
  return row;
}

json saved(const LedgerRow& row) {
  return {{"unique_id", row.unique_id}, {"reason", row.reason},
          {"fallback", row.fallback},   {"interval_method", row.interval_method},
          {"rows_used", row.rows_used}, {"gaps", row.gaps}};
}

}  // namespace

json FittedLevelProfile::save() const {
  json rows = json::array();
  for (std::size_t s = 0; s < items_.size(); ++s) {
    rows.push_back({{"item", saved(items_[s])}, {"ledger", saved(ledger_[s])}});
  }
  return {{"model", "LevelProfile"},
          {"version", kStateVersion},
          {"frequency", calendar_.frequency().name()},
          {"zone", calendar_.zone().name()},
          {"season", options_.season},
          {"has_season", parameters_.has_season},
          {"blend", BlendedLevel(parameters_.blend).save()},
          {"reach", parameters_.reach},
          {"excess", parameters_.excess},
          {"pool", saved(parameters_.factors, parameters_.alike)},
          {"series", std::move(rows)}};
}

void FittedLevelProfile::restore(const json& state) {
  parameters_.has_season = state.at("has_season").get<bool>();
  axes_ = axes_of(calendar_, parameters_.has_season ? options_.season : 1, 0);
  parameters_.blend = BlendedLevel::load(state.at("blend")).blend();
  parameters_.reach = whole_number(state, "reach", 1, kLongestReach);
  parameters_.excess = variance(state, "excess");
  read_pool(state.at("pool"), axes_, parameters_);
  if (!state.at("series").is_array()) refuse_state("LevelProfile", "series");
  for (const json& row : state.at("series")) {
    ledger_.push_back(read_row(row.at("ledger")));
    items_.push_back(read_item(row.at("item")));
  }
}

ProfileItem FittedLevelProfile::read_item(const json& state) const {
  ProfileItem item;
  item.end = whole<Bucket>(state.at("end"));
  if (!calendar_.holds(item.end)) refuse_state("LevelProfile", "end");
  if (state.contains("fallback")) {
    item.fallback = options_.fallback->load(state.at("fallback"), calendar_);
    return item;
  }
  item.scale = read_scale(state.at("scale"));
  item.factors = read_factors(state.at("factors"), axes_);
  item.level = BlendedLevel::load(state.at("level"));
  item.noise = {variance(state, "index"), variance(state, "level_variance")};
  return item;
}

}  // namespace forecart
