// Fits small networks of every head in every space, and writes them as `forecart export` does, for
// check_exports.py.
//
//   write_exports FOLDER
//
// For each NAME: NAME.onnx, and NAME.json, its example; where something is known beside the sales,
// also NAME.beside, that by series.

#include "models/baseline/average.h"
#include "models/exported_network.h"
#include "models/global/global_model.h"
#include "models/lstm/network_method.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace forecart {
namespace {

using lstm::HeadKind;

struct Case {
  const char* name;
  const char* values;  ///< what they are like: positive, amounts, counts, signed
  int layers;
  std::optional<HeadKind> head = std::nullopt;
  const char* frequency = "h";
  std::vector<int> seasons = {24};
  bool beside = false;  ///< with columns known ahead, known afterwards, and of the series
  int steps = 700;
};

constexpr int kSeries = 5;
constexpr int kTwoYears = 760;  ///< of days, with the horizon
constexpr int kHorizon = 10;
constexpr Bucket kFirst = 1000;

double value(const std::string& like, double level, double wave, Generator& generator) {
  const double mean = level * (1.3 + wave);
  if (like == "positive") return mean * std::exp(0.1 * generator.normal());
  if (like == "signed") return mean - level + 0.2 * level * generator.normal();
  const double amount = std::max(0.0, mean * (1 + 0.5 * generator.normal()));
  if (like == "counts") return std::floor(amount);
  return generator.uniform() < 0.2 ? 0 : amount;
}

/// Series of different sizes, one of which stopped selling long ago.
Panel panel_of(const Case& one) {
  Generator generator(5);
  Panel panel{Calendar(Frequency::parse(one.frequency), TimeZone{})};
  for (int s = 0; s < kSeries; ++s) {
    const double level = one.values == std::string("counts") ? 2 + s : std::pow(20.0, s - 1);
    std::vector<double> y;
    for (int t = 0; t < one.steps; ++t) {
      const double wave = std::sin(2 * std::numbers::pi * t / one.seasons.front());
      y.push_back(value(one.values, level, wave, generator));
    }
    const bool has_zeros =
        one.values == std::string("amounts") || one.values == std::string("counts");
    for (int t = one.steps / 6; has_zeros && s == 4 && t < one.steps; ++t)
      y[static_cast<std::size_t>(t)] = 0;
    panel.add("s" + std::to_string(s), kFirst, y);
  }
  return panel;
}

/// An offer, a price, a temperature and the weather of each series, the latter known only
/// afterwards, and what kind and how large it is; with gaps in the past, and a few cells beyond
/// what is read.
Covariates beside(int steps) {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  Generator generator(6);
  Covariates result;
  result.own_names = {"offer", "price", "temperature", "weather"};
  result.past_names = {"weather"};
  result.statics.columns = {{"kind", {"goods", "services"}}, {"size"}};
  for (int s = 0; s < kSeries; ++s) {
    const std::string id = "s" + std::to_string(s);
    Eigen::MatrixXd rows(steps + kHorizon, 4);
    for (int t = 0; t < steps + kHorizon; ++t) {
      rows.row(t) << (generator.uniform() < 0.2 ? 1 : 0), (s + 1) * generator.uniform(),
          20 * generator.normal(), generator.normal();
      if (t < steps && generator.uniform() < 0.1) rows(t, t % 4) = kUnknown;
    }
    rows(steps - 2, 2) = 1000;
    result.own[id] = {kFirst, rows};
    result.statics.cells[id] =
        s == 2 ? Eigen::Vector2d(kUnknown, kUnknown) : Eigen::Vector2d(s % 2, s);
  }
  return result;
}

/// What windows.py reads of it.
nlohmann::json told_beside(const Covariates& known) {
  nlohmann::json result;
  for (const auto& [id, block] : known.own) {
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& row : block.values.rowwise()) {
      rows.push_back(std::vector<double>(row.begin(), row.end()));
    }
    const Eigen::VectorXd cells = known.statics.of(id);
    nlohmann::json fixed{{"size", cells[1]}};
    if (cells[0] >= 0) {
      fixed["kind"] = known.statics.columns[0].categories[static_cast<std::size_t>(cells[0])];
    }
    result[id] = {{"first", block.first}, {"rows", rows}, {"cells", fixed}};
  }
  return result;
}

void write(const std::filesystem::path& place, const Case& one) {
  const lstm::NetworkOptions options{.layers = one.layers,
                                     .units = 12,
                                     .head = one.head,
                                     .seasons = one.seasons,
                                     .horizon = kHorizon,
                                     .steps = 60};
  const ModelPtr model =
      global_model(lstm::make_network_method("LSTM", options), make_window_average(24));
  const Covariates known = one.beside ? beside(one.steps) : Covariates{};
  const auto fitted = model->fit(panel_of(one), known, {});
  const auto network = fitted->export_network({.version = "test", .future = known});
  if (network == nullptr) throw std::runtime_error(std::string(one.name) + ": nothing was learnt");
  std::ofstream(place / (std::string(one.name) + ".onnx"), std::ios::binary) << network->onnx;
  std::ofstream(place / (std::string(one.name) + ".json")) << network->example;
  if (one.beside) {
    std::ofstream(place / (std::string(one.name) + ".beside")) << told_beside(known);
  }
}

}  // namespace
}  // namespace forecart

int main(int argc, char** argv) {
  using namespace forecart;
  if (argc != 2) return 2;
  const std::vector<Case> cases{
      {"positive", "positive", 1},
      {"positive_mlp", "positive", 0},
      {"positive_two_layers", "positive", 2, std::nullopt, "D", {7}},
      {"positive_walk", "positive", 1, std::nullopt, "MS", {12}},
      {"positive_gaussian", "positive", 1, HeadKind::gaussian},
      {"positive_student", "positive", 0, HeadKind::student},
      {"amounts", "amounts", 1},
      {"amounts_gaussian", "amounts", 0, HeadKind::gaussian},
      {"counts", "counts", 1},
      {"counts_poisson", "counts", 0, HeadKind::poisson},
      {"counts_quantiles", "counts", 1, HeadKind::quantiles},
      {"signed", "signed", 1, std::nullopt, "W-MON", {52}},
      {"signed_student", "signed", 1, HeadKind::student},
      {"beside", "positive", 1, std::nullopt, "h", {24}, true},
      {"beside_mlp", "counts", 0, std::nullopt, "h", {24}, true},
      {"year", "positive", 1, std::nullopt, "D", {7}, false, kTwoYears},
      {"year_mlp", "counts", 0, std::nullopt, "D", {7}, false, kTwoYears},
      {"year_beside", "amounts", 1, std::nullopt, "D", {7}, true, kTwoYears}};
  for (const Case& one : cases) write(argv[1], one);
  return 0;
}
