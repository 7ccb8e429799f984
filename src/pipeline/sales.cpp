#include "pipeline/sales.h"

#include "base/hash.h"
#include "base/work_file.h"
#include "pipeline/lasting.h"
#include "pipeline/sales_merges.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A record that cannot be read is as good as none: the file is cleaned again.
std::optional<json> readable_record(const Repository& repository, const std::string& key) {
  const auto text = repository.store().read(key);
  if (!text || seal_of(*text) == Seal::broken) return std::nullopt;
  json record = json::parse(*text, nullptr, false);
  if (!record.is_object()) return std::nullopt;
  remove_seal(record);
  return record;
}

/// Whoever is killed in between leaves sales that are not those of their record: it says so first,
/// keeping the counts. The next run then cleans the file again.
void announce_change(Repository& repository, const std::string& key) {
  auto record = readable_record(repository, key);
  if (!record) return repository.store().remove(key);
  for (const char* told : {"sales_sha256", "rejects_sha256"}) record->erase(told);
  (*record)["settings"] = "";
  repository.write_json(key, *record);
}

/// Brings sales, rejects and their record into the store.
IngestCounts clean(Repository& repository, const std::string& dataset, const DatasetConfig& config,
                   const SourceFile& file) {
  ObjectStore& store = repository.store();
  const WorkFile sales(store.work_folder(), ".parquet");
  const WorkFile rejects(store.work_folder(), ".csv");
  const IngestCounts counts =
      ingest_file({file.path, sales.path(), rejects.path(), file.name}, config).counts;
  const std::string record = sales_record_key(dataset, file.hash);
  announce_change(repository, record);
  // somebody who died may have left the same sales
  const auto bring = [&store](const std::string& key, const fs::path& from) {
    write_past_collector(store, key, [&] { store.put_file(key, from); });
  };
  bring(Repository::sales_key(dataset, file.hash), sales.path());
  bring(Repository::rejects_key(dataset, file.hash), rejects.path());
  repository.write_json(record, {{"settings", cleaning_settings(config)},
                                 {"name", file.name},
                                 {"sales_sha256", sha256_file(sales.path())},
                                 {"rejects_sha256", sha256_file(rejects.path())},
                                 {"counts", to_json(counts, TimeZone::named(config.time_zone))}});
  return counts;
}

}  // namespace

std::string sales_record_key(const std::string& dataset, const std::string& hash) {
  return fmt::format("sales/{}/{}.json", dataset, hash);
}

IngestCounts take_in_sales(Repository& repository, const std::string& dataset,
                           const DatasetConfig& config, const SourceFile& file) {
  const IngestCounts counts = clean(repository, dataset, config, file);
  put_file_lasting(repository.store(), Repository::raw_key(file.hash), file.path);
  return counts;
}

bool has_current_sales(const Repository& repository, const std::string& dataset,
                       const std::string& hash, const std::string& settings) {
  const auto record = readable_record(repository, sales_record_key(dataset, hash));
  return record && record->value("settings", "") == settings &&
         repository.store().exists(Repository::sales_key(dataset, hash));
}

std::vector<KnownFile> outdated_files(const Repository& repository, const std::string& dataset,
                                      const DatasetConfig& config) {
  const std::string settings = cleaning_settings(config);
  std::vector<KnownFile> files = known_files(repository, dataset);
  std::set<std::string> merged;  // what was merged was clean
  for (const SalesMerge& merge : sales_merges(repository, dataset)) {
    if (merge.settings == settings) merged.insert(merge.hashes.begin(), merge.hashes.end());
  }
  std::erase_if(files, [&](const KnownFile& file) {
    return merged.contains(file.hash) ||
           has_current_sales(repository, dataset, file.hash, settings);
  });
  return files;
}

std::size_t refresh_sales(Repository& repository, const std::string& dataset,
                          const DatasetConfig& config) {
  const std::vector<KnownFile> files = outdated_files(repository, dataset, config);
  for (const auto& [hash, name] : files) {
    const FetchedFile raw(repository.store(), Repository::raw_key(hash));
    clean(repository, dataset, config, {raw.path(), hash, name});
  }
  return files.size();
}

std::vector<KnownFile> known_files(const Repository& repository, const std::string& dataset) {
  std::vector<KnownFile> files;
  std::set<std::string> merged;
  for (const SalesMerge& merge : sales_merges(repository, dataset)) {
    merged.insert(merge.uploads.begin(), merge.uploads.end());
    for (std::size_t i = 0; i < merge.hashes.size(); ++i) {
      files.push_back({merge.hashes[i], merge.names[i]});
    }
  }
  for (const std::string& name : repository.upload_names(dataset)) {
    if (merged.contains(name)) continue;
    const json upload = repository.upload(dataset, name);
    for (const json& file : upload.at("files")) {
      files.push_back({file.at("hash").get<std::string>(), file.at("name").get<std::string>()});
    }
  }
  const auto by_hash = [](const KnownFile& a, const KnownFile& b) { return a.hash < b.hash; };
  const auto same = [](const KnownFile& a, const KnownFile& b) { return a.hash == b.hash; };
  std::stable_sort(files.begin(), files.end(), by_hash);
  files.erase(std::unique(files.begin(), files.end(), same), files.end());
  return files;
}

std::string cleaning_settings(const DatasetConfig& config) {
  return sha256(to_toml(what_cleaning_depends_on(config)));
}

std::vector<std::string> input_hashes(const Repository& repository, const std::string& dataset) {
  std::vector<std::string> hashes;
  for (const KnownFile& file : known_files(repository, dataset)) hashes.push_back(file.hash);
  return hashes;
}

std::optional<json> sales_counts(const Repository& repository, const std::string& dataset,
                                 const std::string& hash) {
  const std::string key = sales_record_key(dataset, hash);
  if (!repository.store().exists(key)) return std::nullopt;
  return repository.read_json(key).at("counts");
}

}  // namespace forecart
