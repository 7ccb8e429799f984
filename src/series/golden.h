#pragma once

#include <Eigen/Core>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

namespace forecart {

/// For tests: the reference results of R in tests/golden/series.json; origin and tolerances stand
/// at its head.
inline const nlohmann::json& golden() {
  static const nlohmann::json all =
      nlohmann::json::parse(std::ifstream(FORECART_GOLDEN "/series.json"));
  return all;
}

/// A classic series by its name there.
inline std::vector<double> classic(const std::string& name) {
  return golden().at("values").at(name).get<std::vector<double>>();
}

/// Greatest absolute difference; infinite if the lengths differ.
inline double distance(const Eigen::VectorXd& values, const nlohmann::json& reference) {
  const auto expected = reference.get<std::vector<double>>();
  if (values.size() != static_cast<Eigen::Index>(expected.size()))
    return std::numeric_limits<double>::infinity();
  return (values - Eigen::Map<const Eigen::VectorXd>(expected.data(), values.size()))
      .cwiseAbs()
      .maxCoeff();
}

/// A path below the folder that FORECART_SHARED names (ctest sets it); empty when it is not there.
inline std::filesystem::path shared_file(const std::string& name) {
  const char* const root = std::getenv("FORECART_SHARED");
  const auto path = std::filesystem::path(root == nullptr ? "../shared" : root) / name;
  return std::filesystem::exists(path) ? path : std::filesystem::path();
}

/// Column `index` of a csv file with a header line and no quotes; what is no number is NaN.
inline std::vector<double> csv_column(const std::filesystem::path& file, int index = 0) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  std::vector<double> values;
  while (std::getline(stream, line)) {
    std::size_t from = 0;
    for (int i = 0; i < index; ++i) from = line.find(',', from) + 1;
    const std::string cell = line.substr(from, line.find(',', from) - from);
    char* end = nullptr;
    const double value = std::strtod(cell.c_str(), &end);
    values.push_back(end == cell.c_str() ? std::numeric_limits<double>::quiet_NaN() : value);
  }
  return values;
}

}  // namespace forecart
