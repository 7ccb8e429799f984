#pragma once

#include "pipeline/cost_table.h"
#include "pipeline/repository.h"
#include "pipeline/run.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Fits of each model in a run: one before the first origin, more where it is fitted anew every so
/// many origins, one for the forecast where that is made anew.
std::int64_t fits_of(std::int64_t windows, std::int64_t refit, bool refitted);

/// Models of a panel in a manifest that were asked for: a hierarchy makes "AutoSelect/variance" of
/// them, and where it was proven has both.
std::vector<std::string> models_of(const nlohmann::json& panel);

/// What earlier runs of a data set tell of the next one.
class PlanHistory {
 public:
  /// What a run took beside what the table says of it.
  struct Ratio {
    std::string run;
    double ratio = 1;
  };

  /// Looks at the runs that went well on the same kind of processor.
  PlanHistory(const Repository& repository, const RunRequest& request);

  /// Of the latest run that made this panel with these models; nothing where none did.
  std::optional<Ratio> ratio_of(const std::string& panel,
                                const std::vector<std::string>& models) const;

  /// Bytes at the peak of a run over so many values: those of the latest run, what is above the
  /// program's own scaled to the values.
  std::optional<double> memory_for(std::int64_t values) const;

  /// The manifest of the latest run that went on from the one before; null where none did.
  const nlohmann::json& latest_continued() const { return continued_; }

  /// Memory of the program before it has read anything, with DuckDB.
  static constexpr double kProgramBytes = 62e6;

 private:
  void learn(const nlohmann::json& manifest, const nlohmann::json& panel);

  double peak_bytes_ = 0;    // of the latest run; 0: there is none
  std::int64_t values_ = 0;  // of that run
  std::map<std::pair<std::string, std::vector<std::string>>, Ratio> ratios_;
  nlohmann::json continued_;
};

}  // namespace forecart
