#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What somebody who knows more puts in place of a forecast: for some buckets of a series another
/// value, or a multiple. Kept beside the settings of a data set, in the order they were made; runs
/// do not see them, what people act on does (series_outlook).
struct Override {
  std::string id{};  ///< given when it is made
  std::string panel;
  std::string unique_id;
  std::string from;        ///< label of its first bucket, as forecasts have it
  std::string to;          ///< and of its last
  bool is_factor = false;  ///< `value` multiplies the forecast, else it stands in place of it
  double value = 0;
  std::string comment;  ///< why
  std::string author;
  std::string at;  ///< when it was made, "2026-04-12T08:30:15Z"
};

/// Throws Error invalid_value for one that says nothing, and bounds: 0 or more, a comment of 1 to
/// 1,000 bytes of text, from before to.
void check_override(const Override& one);

/// Changes the values of its buckets; whether there were any. Later ones change what earlier ones
/// made.
bool apply(const Override& one, const std::vector<std::string>& ds, std::vector<double>& values);

nlohmann::json to_json(const Override& one);

/// All of a data set, the earliest first.
std::vector<Override> read_overrides(const Repository& repository, const std::string& dataset);

/// Gives it its id and keeps it. Throws Error as check_override, and conflict where there are
/// kMostOverrides, or others change them all the time.
Override add_override(Repository& repository, const std::string& dataset, Override one);

/// Throws Error not_found.
void remove_override(Repository& repository, const std::string& dataset, const std::string& id);

inline constexpr std::size_t kMostOverrides = 10'000;

}  // namespace forecart
