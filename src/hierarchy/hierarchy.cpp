#include "hierarchy/hierarchy.h"

#include "base/ascii.h"
#include "base/error.h"
#include "base/series_id.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Dimensions = std::vector<std::pair<std::string, std::string>>;
using Triplets = std::vector<Eigen::Triplet<double>>;

std::vector<std::string> names_of(const Dimensions& dimensions) {
  std::vector<std::string> names;
  for (const auto& [name, value] : dimensions) names.push_back(name);
  return names;
}

/// Places of the dimensions of a level among those of the leaves, ascending.
std::vector<std::size_t> places_of_level(std::string_view level,
                                         const std::vector<std::string>& names) {
  std::vector<std::size_t> places;
  if (ascii_lower(level) == "total") return places;
  for (std::string_view rest = level;;) {
    const std::size_t slash = rest.find('/');
    const std::string part = ascii_lower(rest.substr(0, slash));
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const auto& name) { return ascii_lower(name) == part; });
    if (found == names.end()) {
      throw Error(ErrorCode::unknown_name,
                  fmt::format("level '{}' of the hierarchy: the series are not cut by '{}'; use "
                              "total or, joined by /, {}",
                              level, rest.substr(0, slash), fmt::join(names, ", ")));
    }
    places.push_back(static_cast<std::size_t>(found - names.begin()));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

/// The levels as places of dimensions, each once, without that of the leaves.
std::vector<std::vector<std::size_t>> levels_of(const std::vector<std::string>& levels,
                                                const std::vector<std::string>& names) {
  std::vector<std::vector<std::size_t>> result;
  if (levels.empty()) {
    result.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) result.push_back({i});
  }
  for (const std::string& level : levels) result.push_back(places_of_level(level, names));
  std::erase_if(result, [&](const auto& places) { return places.size() == names.size(); });
  std::vector<std::vector<std::size_t>> distinct;
  for (auto& level : result) {
    if (std::find(distinct.begin(), distinct.end(), level) == distinct.end()) {
      distinct.push_back(std::move(level));
    }
  }
  return distinct;
}

std::string name_of_level(const std::vector<std::size_t>& places,
                          const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const std::size_t place : places) parts.push_back(names[place]);
  return parts.empty() ? "total" : fmt::format("{}", fmt::join(parts, "/"));
}

/// The leaves' dimensions; all must have those of the first.
std::vector<Dimensions> parse_leaves(const std::vector<std::string>& ids) {
  std::vector<Dimensions> result;
  for (const std::string& id : ids) {
    result.push_back(parse_series_id(id));
    if (names_of(result.back()) == names_of(result.front()) && !result.back().empty()) continue;
    throw Error(
        ErrorCode::invalid_value,
        fmt::format("unique_id '{}' is not cut by the dimensions of '{}'; a hierarchy needs "
                    "leaves that all have the same ones, as dimension=value/...",
                    id, ids.front()));
  }
  return result;
}

/// Adds the sums of one level.
void add_level(const std::vector<Dimensions>& leaves, const std::vector<std::size_t>& places,
               Hierarchy& hierarchy, Triplets& entries) {
  std::unordered_map<std::string, Index> known;
  for (std::size_t leaf = 0; leaf < leaves.size(); ++leaf) {
    Dimensions part;
    for (const std::size_t place : places) part.push_back(leaves[leaf][place]);
    std::string id = make_series_id(part);
    const auto [at, is_new] = known.try_emplace(id, std::ssize(hierarchy.ids));
    if (is_new) {
      hierarchy.ids.push_back(std::move(id));
      hierarchy.level_of.push_back(std::ssize(hierarchy.levels));
    }
    entries.emplace_back(static_cast<int>(at->second), static_cast<int>(leaf), 1.0);
  }
}

}  // namespace

Eigen::MatrixXd Hierarchy::from_leaves(const Eigen::MatrixXd& own) const {
  Eigen::MatrixXd result(nodes(), own.cols());
  result.topRows(aggregates()) = sums * own;
  result.bottomRows(leaves()) = own;
  return result;
}

Hierarchy make_hierarchy(const std::vector<std::string>& leaf_ids,
                         const std::vector<std::string>& levels) {
  if (leaf_ids.empty()) throw Error(ErrorCode::bad_data, "a hierarchy needs at least one series");
  const std::vector<Dimensions> leaves = parse_leaves(leaf_ids);
  const std::vector<std::string> names = names_of(leaves.front());
  Hierarchy result;
  Triplets entries;
  for (const auto& places : levels_of(levels, names)) {
    add_level(leaves, places, result, entries);
    result.levels.push_back(name_of_level(places, names));
  }
  result.sums.resize(std::ssize(result.ids), std::ssize(leaf_ids));
  result.sums.setFromTriplets(entries.begin(), entries.end());
  for (const std::string& id : leaf_ids) {
    result.ids.push_back(id);
    result.level_of.push_back(std::ssize(result.levels));
  }
  result.levels.push_back(fmt::format("{}", fmt::join(names, "/")));
  places_of(result, result.ids);  // every id once
  return result;
}

std::size_t dimension_count(std::string_view id) {
  return parse_series_id(id).size();
}

std::vector<std::size_t> places_of(const Hierarchy& hierarchy,
                                   const std::vector<std::string>& ids) {
  std::unordered_map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (known.try_emplace(ids[i], i).second) continue;
    throw Error(ErrorCode::bad_data,
                fmt::format("unique_id '{}' is there twice in a hierarchy; rename one", ids[i]));
  }
  std::vector<std::size_t> places;
  for (const std::string& id : hierarchy.ids) {
    const auto found = known.find(id);
    if (found == known.end()) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("node '{}' of the hierarchy has no forecast; forecast every sum and "
                              "every leaf",
                              id));
    }
    places.push_back(found->second);
  }
  return places;
}

std::vector<std::string> leaves_of(const std::vector<std::string>& ids) {
  std::vector<std::size_t> counts;
  for (const std::string& id : ids) counts.push_back(dimension_count(id));
  const std::size_t most = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
  std::vector<std::string> leaves;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (counts[i] == most) leaves.push_back(ids[i]);
  }
  return leaves;
}

}  // namespace forecart
