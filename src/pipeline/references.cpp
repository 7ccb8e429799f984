#include "pipeline/references.h"

#include "pipeline/repository.h"
#include "pipeline/sales.h"
#include "pipeline/state_parts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

/// Bytes below raw/ are named by what they are.
Reference raw(const json& hash) {
  const auto text = hash.get<std::string>();
  return {Repository::raw_key(text), text};
}

void add_tables(const json& manifest, std::vector<Reference>& all) {
  if (!manifest.contains("tables")) return;
  const auto dataset = manifest.at("dataset").get<std::string>();
  const auto run = manifest.at("run").get<std::string>();
  for (const auto& [name, hashes] : manifest.at("tables").items()) {
    for (const char* format : {"csv", "json", "parquet"}) {
      if (!hashes.contains(format)) continue;
      all.push_back({Repository::run_key(dataset, run, fmt::format("{}.{}", name, format)),
                     hashes.at(format).get<std::string>()});
    }
  }
}

void add_models(const json& manifest, std::vector<Reference>& all) {
  if (!manifest.contains("models")) return;
  for (const json& model : manifest.at("models")) {
    for (const std::string& key : told_state(model).keys()) {
      all.push_back({key, key.substr(key.rfind('/') + 1)});
    }
  }
}

}  // namespace

bool is_sha256(const std::string& text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 64 && std::all_of(text.begin(), text.end(), is_digit);
}

std::vector<Reference> references_of_upload(const std::string& dataset, const json& upload) {
  std::vector<Reference> all;
  for (const json& file : upload.at("files")) {
    const auto hash = file.at("hash").get<std::string>();
    static_cast<void>(file.at("name").get<std::string>());
    all.push_back({Repository::raw_key(hash), hash});
    all.push_back({sales_record_key(dataset, hash), ""});
    all.push_back({Repository::sales_key(dataset, hash), ""});
    all.push_back({Repository::rejects_key(dataset, hash), ""});
  }
  return all;
}

std::vector<Reference> references_of_sales(const std::string& dataset, const std::string& hash,
                                           const json& record) {
  if (!record.contains("sales_sha256")) return {};
  return {{Repository::sales_key(dataset, hash), record.at("sales_sha256").get<std::string>()},
          {Repository::rejects_key(dataset, hash), record.at("rejects_sha256").get<std::string>()}};
}

std::vector<Reference> references_of_run(const json& manifest) {
  std::vector<Reference> all;
  for (const json& input : manifest.at("inputs")) all.push_back(raw(input));
  if (manifest.contains("settings")) all.push_back(raw(manifest.at("settings")));
  if (manifest.contains("input_tables")) {
    for (const json& table : manifest.at("input_tables")) all.push_back(raw(table.at("sha256")));
  }
  add_tables(manifest, all);
  add_models(manifest, all);
  return all;
}

std::vector<std::string> runs_named_by(const json& manifest) {
  std::vector<std::string> runs;
  for (const char* name : {"proven_by", "warm_start_from"}) {
    const auto run = manifest.find(name);
    if (run != manifest.end() && run->is_string()) runs.push_back(run->get<std::string>());
  }
  return runs;
}

}  // namespace forecart
