#include "models/fingerprint.h"

#include "base/hash.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <span>
#include <vector>

namespace forecart {

namespace {

std::string bytes_of(std::span<const double> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::string text_of(const CovariateBlock& block) {
  const std::span values(block.values.data(), static_cast<std::size_t>(block.values.size()));
  return fmt::format("{} {}\n", block.first, values.size()) + bytes_of(values);
}

std::string hash_of(const Fitted* earlier) {
  if (earlier == nullptr) return "none";
  const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(earlier->save());
  return sha256({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

Fingerprint& Fingerprint::add(std::string_view text) {
  content_ += fmt::format("{} {}\n", text.size(), text);
  return *this;
}

Fingerprint& Fingerprint::add(const Calendar& calendar) {
  return add(calendar.frequency().name()).add(calendar.zone().name());
}

Fingerprint& Fingerprint::add(const SeriesView& series) {
  content_ += fmt::format("{} {} {}\n", series.id, series.first, series.values.size());
  content_ += bytes_of(series.values);
  return *this;
}

Fingerprint& Fingerprint::add(const Covariates& covariates) {
  for (const std::string& name : covariates.all_names()) add(name);
  content_ += text_of({covariates.first, covariates.values});
  for (const auto& [id, block] : covariates.own) content_ += id + "\n" + text_of(block);
  content_ += "past\n";
  for (const std::string& name : covariates.past_names) add(name);
  content_ += "statics\n";
  for (const StaticColumn& column : covariates.statics.columns) add(column.name);
  for (const auto& [id, cells] : covariates.statics.cells) {
    content_ += id + "\n" + bytes_of({cells.data(), static_cast<std::size_t>(cells.size())});
  }
  return *this;
}

Fingerprint& Fingerprint::add(const Regressors& beside) {
  for (const std::string& name : beside.names) add(name);
  content_ += text_of({0, beside.values});
  return *this;
}

Fingerprint& Fingerprint::add(const FitOptions& options) {
  content_ += fmt::format("{} {} {} {} {}\n", options.seed, options.horizon, options.trial,
                          options.time_budget, hash_of(options.earlier));
  return *this;
}

std::string Fingerprint::text() const {
  return sha256(content_);
}

}  // namespace forecart
