#include "series/panel.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace forecart {

SeriesView trimmed(SeriesView series) {
  while (!series.values.empty() && std::isnan(series.values.front())) {
    series.values = series.values.subspan(1);
    ++series.first;
  }
  while (!series.values.empty() && std::isnan(series.values.back())) {
    series.values = series.values.first(series.values.size() - 1);
  }
  return series;
}

void Panel::add(std::string id, Bucket first, std::span<const double> values) {
  if (find(id) >= 0) {
    throw Error(ErrorCode::bad_data, fmt::format("series '{}' is in the panel twice", id));
  }
  index_.emplace(id, size());
  ids_.push_back(std::move(id));
  firsts_.push_back(first);
  values_.insert(values_.end(), values.begin(), values.end());
  offsets_.push_back(values_.size());
}

SeriesView Panel::operator[](Eigen::Index series) const {
  const auto i = static_cast<std::size_t>(series);
  return {ids_[i], firsts_[i],
          std::span(values_).subspan(offsets_[i], offsets_[i + 1] - offsets_[i])};
}

Bucket Panel::end() const {
  Bucket end = 0;
  bool any = false;
  for (Eigen::Index i = 0; i < size(); ++i) {
    const SeriesView series = (*this)[i];
    if (series.values.empty()) continue;
    end = any ? std::max(end, series.end()) : series.end();
    any = true;
  }
  return end;
}

Panel Panel::between(Bucket from, Bucket to) const {
  Panel result(calendar_);
  for (Eigen::Index i = 0; i < size(); ++i) {
    const SeriesView series = (*this)[i];
    const Bucket first = std::clamp(from, series.first, series.end());
    const Bucket end = std::clamp(to, first, series.end());
    result.add(std::string(series.id), first,
               series.values.subspan(static_cast<std::size_t>(first - series.first),
                                     static_cast<std::size_t>(end - first)));
  }
  return result;
}

Panel Panel::before_end(Eigen::Index from_end, Eigen::Index to_end) const {
  Panel result(calendar_);
  for (Eigen::Index i = 0; i < size(); ++i) {
    const SeriesView series = (*this)[i];
    const auto size = static_cast<Eigen::Index>(series.values.size());
    const Eigen::Index from = size - std::min(from_end, size);
    const Eigen::Index to = std::max(from, size - std::min(to_end, size));
    result.add(
        std::string(series.id), series.first + from,
        series.values.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  }
  return result;
}

Panel Panel::only(const std::vector<Eigen::Index>& places) const {
  Panel result(calendar_);
  for (const Eigen::Index place : places) {
    const SeriesView series = (*this)[place];
    result.add(std::string(series.id), series.first, series.values);
  }
  return result;
}

Eigen::Index Panel::find(std::string_view id) const {
  const auto at = index_.find(std::string(id));
  return at == index_.end() ? -1 : at->second;
}

}  // namespace forecart
