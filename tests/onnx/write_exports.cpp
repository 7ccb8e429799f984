// Fits small networks of every head in every space, and writes them as `forecart export` does, for
// check_exports.py.
//
//   write_exports FOLDER
//
// For each NAME: NAME.onnx, and NAME.json, its example.

#include "models/baseline/average.h"
#include "models/exported_network.h"
#include "models/global/global_model.h"
#include "models/lstm/network_method.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
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
};

constexpr int kSeries = 5;
constexpr int kSteps = 700;
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
    for (int t = 0; t < kSteps; ++t) {
      const double wave = std::sin(2 * std::numbers::pi * t / one.seasons.front());
      y.push_back(value(one.values, level, wave, generator));
    }
    const bool has_zeros =
        one.values == std::string("amounts") || one.values == std::string("counts");
    for (int t = kSteps / 6; has_zeros && s == 4 && t < kSteps; ++t)
      y[static_cast<std::size_t>(t)] = 0;
    panel.add("s" + std::to_string(s), kFirst, y);
  }
  return panel;
}

/// An offer and the weather of each series, and what kind and how large it is.
Covariates beside() {
  Generator generator(6);
  Covariates result;
  result.own_names = {"offer", "weather"};
  result.past_names = {"weather"};
  result.statics.columns = {{"kind", {"goods", "services"}}, {"size"}};
  for (int s = 0; s < kSeries; ++s) {
    const std::string id = "s" + std::to_string(s);
    Eigen::MatrixXd rows(kSteps + kHorizon, 2);
    for (double& cell : rows.reshaped()) cell = generator.normal();
    result.own[id] = {kFirst, rows};
    result.statics.cells[id] = Eigen::Vector2d(s % 2, s);
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
  const Covariates known = one.beside ? beside() : Covariates{};
  const auto fitted = model->fit(panel_of(one), known, {});
  const auto network = fitted->export_network({.version = "test", .future = known});
  if (network == nullptr) throw std::runtime_error(std::string(one.name) + ": nothing was learnt");
  std::ofstream(place / (std::string(one.name) + ".onnx"), std::ios::binary) << network->onnx;
  std::ofstream(place / (std::string(one.name) + ".json")) << network->example;
}

}  // namespace
}  // namespace forecart

int main(int argc, char** argv) {
  using namespace forecart;
  if (argc != 2) return 2;
  const std::vector<Case> cases{{"positive", "positive", 1},
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
                                {"beside_mlp", "counts", 0, std::nullopt, "h", {24}, true}};
  for (const Case& one : cases) write(argv[1], one);
  return 0;
}
