#include "aws/sagemaker_channel.h"

#include "base/error.h"
#include "pipeline/invocation_request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>

namespace forecart {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

bool holds_lines(const fs::path& file) {
  const std::string ending = file.extension().string();
  return ending == ".json" || ending == ".jsonl" || ending == ".jsonlines";
}

json parse_line(const std::string& text, const std::string& place) {
  json line = json::parse(text, nullptr, false);
  if (line.is_object()) return line;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("{} is no object of JSON; give {{\"start\": .., \"target\": [..]}}", place));
}

/// Lines of several files as a request.
class Lines {
 public:
  void add(const fs::path& file, std::vector<std::string>& notes) {
    std::ifstream stream(file, std::ios::binary);
    std::size_t number = 0;
    for (std::string text; std::getline(stream, text);) {
      ++number;
      if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
      json line = parse_line(text, fmt::format("line {} of '{}'", number, file.string()));
      ignores_ = line.erase("dynamic_feat") + line.erase("cat") > 0 || ignores_;
      instances_.push_back(std::move(line));
    }
    if (stream.bad()) {
      throw Error(ErrorCode::unreadable, fmt::format("'{}' cannot be read", file.string()));
    }
    constexpr const char* kNote =
        "cat and dynamic_feat are not used: each series speaks for itself";
    if (ignores_ && std::ranges::count(notes, kNote) == 0) notes.emplace_back(kNote);
  }

  bool empty() const { return instances_.empty(); }

  Panel panel(const PanelRequest& how) {
    if (how.frequency.empty()) {
      throw Error(ErrorCode::invalid_value,
                  "the frequency of lines of JSON is not told; give the hyperparameter freq, as D");
    }
    constexpr std::size_t kAny = 200'000'000;
    InvocationLimits limits{
        .most_instances = kAny, .most_values = kAny, .most_answered = kAny * kAny};
    limits.most_steps = std::numeric_limits<int>::max();
    limits.defaults.freq = how.frequency;
    limits.defaults.prediction_length = 1;
    limits.zone = TimeZone::named(how.time_zone);
    const InvocationRequest request =
        read_invocation({{"instances", std::move(instances_)}}, limits);
    Panel panel(request.calendar);
    std::size_t number = 0;
    for (const InvocationSeries& series : request.series) {
      ++number;
      panel.add(series.id.empty() ? std::to_string(number) : series.id, series.first,
                series.target);
    }
    return panel;
  }

 private:
  json instances_ = json::array();
  bool ignores_ = false;
};

/// What several panels tell of one series.
class Merged {
 public:
  void add(const SeriesView& part) {
    if (part.values.empty()) return;
    first_ = std::min(first_, part.first);
    end_ = std::max(end_, part.end());
    parts_.push_back(part);
  }

  void put_into(const std::string& id, Panel& panel) const {
    if (parts_.empty()) return panel.add(id, 0, {});
    std::vector<double> values(static_cast<std::size_t>(end_ - first_),
                               std::numeric_limits<double>::quiet_NaN());
    for (const SeriesView& part : parts_) fill(part, panel.calendar(), values);
    panel.add(id, first_, values);
  }

 private:
  void fill(const SeriesView& part, const Calendar& calendar, std::vector<double>& values) const {
    for (std::size_t i = 0; i < part.values.size(); ++i) {
      if (std::isnan(part.values[i])) continue;
      const Bucket bucket = part.first + static_cast<Bucket>(i);
      double& value = values[static_cast<std::size_t>(bucket - first_)];
      if (!std::isnan(value)) {
        throw Error(ErrorCode::bad_data,
                    fmt::format("two files tell {} of series '{}'; give each value once",
                                calendar.label(bucket), part.id));
      }
      value = part.values[i];
    }
  }

  Bucket first_ = std::numeric_limits<Bucket>::max();
  Bucket end_ = std::numeric_limits<Bucket>::min();
  std::vector<SeriesView> parts_;
};

void require_same_calendar(const Panel& first, const Panel& other) {
  if (first.calendar() == other.calendar()) return;
  throw Error(
      ErrorCode::bad_data,
      fmt::format("the files of a channel have frequencies {} and {}; give the "
                  "hyperparameter freq, or files of one frequency",
                  first.calendar().frequency().name(), other.calendar().frequency().name()));
}

}  // namespace

Panel merge_panels(const std::vector<Panel>& panels) {
  if (panels.size() == 1) return panels.front();
  std::vector<std::string> ids;
  std::map<std::string, Merged, std::less<>> series;
  for (const Panel& panel : panels) {
    require_same_calendar(panels.front(), panel);
    for (Eigen::Index i = 0; i < panel.size(); ++i) {
      const auto [at, is_new] = series.try_emplace(std::string(panel[i].id));
      if (is_new) ids.push_back(at->first);
      at->second.add(panel[i]);
    }
  }
  Panel merged(panels.front().calendar());
  for (const std::string& id : ids) series.at(id).put_into(id, merged);
  return merged;
}

LoadedPanel load_channel(const std::vector<fs::path>& files, const PanelRequest& how) {
  std::vector<Panel> panels;
  std::vector<std::string> notes;
  Lines lines;
  for (const fs::path& file : files) {
    if (holds_lines(file)) {
      lines.add(file, notes);
      continue;
    }
    PanelRequest one = how;
    one.files = {file};
    one.until.clear();
    one.hierarchy.clear();
    one.levels.clear();
    panels.push_back(load_panel(one).panel);
  }
  if (!lines.empty()) panels.push_back(lines.panel(how));
  if (panels.empty()) throw Error(ErrorCode::not_found, "the channel has no series; give it files");
  Panel merged = merge_panels(panels);
  if (!how.until.empty()) merged = cut_until(how.until, merged);
  return with_hierarchy({std::move(merged), std::move(notes)}, how.hierarchy, how.levels);
}

}  // namespace forecart
