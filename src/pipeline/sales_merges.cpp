#include "pipeline/sales_merges.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/work_file.h"
#include "pipeline/lasting.h"
#include "pipeline/sales.h"
#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string prefix_of(const std::string& dataset) {
  return fmt::format("sales/{}/merged/", dataset);
}

std::string key_of(const std::string& dataset, const std::string& id, std::string_view ending) {
  return fmt::format("{}{}.{}", prefix_of(dataset), id, ending);
}

/// `written` is when its record was.
std::optional<SalesMerge> read_merge(const Repository& repository, const std::string& dataset,
                                     const std::string& id, Instant written) {
  try {
    const json record = repository.read_json(key_of(dataset, id, "json"));
    SalesMerge merge;
    merge.id = id;
    merge.written = written;
    record.at("level").get_to(merge.level);
    record.at("settings").get_to(merge.settings);
    record.at("uploads").get_to(merge.uploads);
    record.at("replaces").get_to(merge.replaces);
    for (const json& file : record.at("files")) {
      merge.hashes.push_back(file.at("hash").get<std::string>());
      merge.names.push_back(file.at("name").get<std::string>());
    }
    return merge;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::bad_data) throw;
  } catch (const json::exception&) {
  }
  return std::nullopt;  // removed meanwhile or damaged: as if it had never been made
}

/// What a merge would be made of: whole uploads or smaller merges.
struct Part {
  std::vector<std::string> uploads;
  std::map<std::string, std::string> files;  ///< names by hash
  std::string replaces{};                    ///< id of a smaller merge, or nothing
  fs::path sales{};                          ///< of that
};

bool overlaps(const std::map<std::string, std::string>& a,
              const std::map<std::string, std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const auto& file) { return b.contains(file.first); });
}

/// The first of these that share no file, kMergeWidth of them; nothing if there are not as many. A
/// file that two uploads brought is left to the first.
std::vector<Part> disjoint(const std::vector<Part>& parts) {
  std::vector<Part> chosen;
  std::map<std::string, std::string> taken;
  for (Part part : parts) {
    if (part.replaces.empty()) {
      std::erase_if(part.files, [&](const auto& file) { return taken.contains(file.first); });
    }
    if (overlaps(part.files, taken)) continue;
    taken.insert(part.files.begin(), part.files.end());
    chosen.push_back(std::move(part));
    if (chosen.size() == kMergeWidth) return chosen;
  }
  return {};
}

std::vector<fs::path> paths_of(const std::vector<FetchedFile>& files) {
  std::vector<fs::path> paths;
  for (const FetchedFile& file : files) paths.push_back(file.path());
  return paths;
}

/// Makes and keeps merges of one data set.
class Merger {
 public:
  Merger(Repository& repository, const std::string& dataset, const std::string& settings)
      : repository_(repository), dataset_(dataset), settings_(settings) {
    for (SalesMerge& merge : sales_merges(repository, dataset)) {
      if (merge.settings == settings) merges_.push_back(std::move(merge));
    }
  }

  /// One more merge, of the lowest level that has enough; false where none has, or where somebody
  /// cleans these files with other settings meanwhile.
  bool merge_one() {
    const int top = merges_.empty() ? 0 : merges_.front().level;
    for (int level = 0; level <= top; ++level) {
      const std::vector<Part> parts = disjoint(level == 0 ? loose_uploads() : merges_of(level));
      if (!parts.empty()) return make(parts, level + 1);
    }
    return false;
  }

 private:
  /// The oldest uploads that are in no merge, enough for one, with those of their files that are in
  /// none.
  std::vector<Part> loose_uploads() const {
    std::set<std::string> covered;
    std::set<std::string> known;
    for (const SalesMerge& merge : merges_) {
      covered.insert(merge.uploads.begin(), merge.uploads.end());
      known.insert(merge.hashes.begin(), merge.hashes.end());
    }
    std::vector<std::string> names = repository_.upload_names(dataset_);
    std::erase_if(names, [&](const std::string& name) { return covered.contains(name); });
    std::vector<Part> parts;
    if (names.size() < kMergeWidth) return parts;
    names.resize(kMergeWidth);
    for (const std::string& name : names) {
      Part part{{name}, {}};
      const json upload = repository_.upload(dataset_, name);
      for (const json& file : upload.at("files")) {
        const auto hash = file.at("hash").get<std::string>();
        if (!known.contains(hash)) part.files.emplace(hash, file.at("name").get<std::string>());
      }
      parts.push_back(std::move(part));
    }
    return parts;
  }

  std::vector<Part> merges_of(int level) const {
    std::vector<Part> parts;
    for (const SalesMerge& merge : merges_) {
      if (merge.level != level) continue;
      Part part{merge.uploads, {}, merge.id};
      for (std::size_t i = 0; i < merge.hashes.size(); ++i) {
        part.files.emplace(merge.hashes[i], merge.names[i]);
      }
      parts.push_back(std::move(part));
    }
    std::sort(parts.begin(), parts.end(),
              [](const Part& a, const Part& b) { return a.uploads < b.uploads; });
    return parts;
  }

  bool make(const std::vector<Part>& parts, int level) {
    SalesMerge merge;
    merge.level = level;
    merge.settings = settings_;
    std::map<std::string, std::string> files;
    Sources sources;
    for (const Part& part : parts) {
      merge.uploads.insert(merge.uploads.end(), part.uploads.begin(), part.uploads.end());
      files.insert(part.files.begin(), part.files.end());
      if (!part.replaces.empty()) merge.replaces.push_back(part.replaces);
      add_sources(part, sources);
    }
    std::sort(merge.uploads.begin(), merge.uploads.end());
    for (const auto& [hash, name] : files) {
      merge.hashes.push_back(hash);
      merge.names.push_back(name);
    }
    return are_current(sources) && keep(std::move(merge), sources);
  }

  /// What a merge is read from: larger files, and clean sales of single files by their hashes.
  struct Sources {
    std::vector<std::string> merged;  ///< keys
    std::vector<std::string> hashes;
  };

  void add_sources(const Part& part, Sources& sources) const {
    const ObjectStore& store = repository_.store();
    const std::string merged = key_of(dataset_, part.replaces, "parquet");
    if (part.files.empty()) return;
    if (!part.replaces.empty() && store.exists(merged)) {
      sources.merged.push_back(merged);
      return;
    }
    for (const auto& [hash, name] : part.files) sources.hashes.push_back(hash);
  }

  /// Whether the sales of single files are those of the settings of this merge, as their records
  /// tell. Whoever cleans a file again says so in its record first.
  bool are_current(const Sources& sources) const {
    return std::ranges::all_of(sources.hashes, [this](const std::string& hash) {
      return has_current_sales(repository_, dataset_, hash, settings_);
    });
  }

  std::vector<FetchedFile> files_of(const Sources& sources) const {
    std::vector<FetchedFile> files;
    for (const std::string& key : sources.merged) files.emplace_back(repository_.store(), key);
    for (const std::string& hash : sources.hashes) {
      files.emplace_back(repository_.store(), Repository::sales_key(dataset_, hash));
    }
    return files;
  }

  /// False, with nothing kept, where the sales were not of these settings all the time.
  bool keep(SalesMerge merge, const Sources& sources) {
    ObjectStore& store = repository_.store();
    merge.id = sha256(json{merge.uploads, merge.hashes, settings_}.dump());
    std::string sum;
    if (const std::vector<FetchedFile> files = files_of(sources); !files.empty()) {
      const WorkFile work(store.work_folder(), ".parquet");
      shared_database().execute(fmt::format("COPY (SELECT * FROM {}) TO {} (FORMAT parquet)",
                                            parquet_source(paths_of(files)),
                                            sql_literal(work.path().string())));
      if (!are_current(sources)) return false;
      sum = sha256_file(work.path());
      const std::string key = key_of(dataset_, merge.id, "parquet");
      write_past_collector(store, key, [&] { store.put_file(key, work.path()); });
    }
    write_record(merge, sum);
    std::erase_if(merges_, [&](const SalesMerge& old) {
      return std::find(merge.replaces.begin(), merge.replaces.end(), old.id) !=
             merge.replaces.end();
    });
    merges_.insert(merges_.begin(), std::move(merge));
    return true;
  }

  void write_record(const SalesMerge& merge, const std::string& sum) {
    json files = json::array();
    for (std::size_t i = 0; i < merge.hashes.size(); ++i) {
      files.push_back({{"hash", merge.hashes[i]}, {"name", merge.names[i]}});
    }
    repository_.write_json(key_of(dataset_, merge.id, "json"), {{"level", merge.level},
                                                                {"settings", merge.settings},
                                                                {"uploads", merge.uploads},
                                                                {"files", files},
                                                                {"replaces", merge.replaces},
                                                                {"sha256", sum}});
  }

  Repository& repository_;
  const std::string& dataset_;
  const std::string& settings_;
  std::vector<SalesMerge> merges_;  ///< with these settings
};

std::set<std::string> replaced_ids(const std::vector<SalesMerge>& merges) {
  std::set<std::string> ids;
  for (const SalesMerge& merge : merges) ids.insert(merge.replaces.begin(), merge.replaces.end());
  return ids;
}

std::vector<SalesMerge> all_merges(const Repository& repository, const std::string& dataset) {
  std::vector<SalesMerge> merges;
  const std::string prefix = prefix_of(dataset);
  std::vector<ObjectInfo> records;
  repository.store().list_objects({prefix, ""}, [&](const ObjectInfo& object) {
    if (object.key.ends_with(".json")) records.push_back(object);
    return true;
  });
  for (const ObjectInfo& record : records) {
    const std::string id = record.key.substr(prefix.size(), record.key.size() - prefix.size() - 5);
    if (auto merge = read_merge(repository, dataset, id, record.modified)) {
      merges.push_back(std::move(*merge));
    }
  }
  return merges;
}

/// When others took its place: the first that replaces it, or that was cleaned with today's
/// settings where it was not. Nothing where none has.
std::optional<Instant> superseded(const SalesMerge& merge, const std::vector<SalesMerge>& merges,
                                  const std::string& settings) {
  std::optional<Instant> first;
  for (const SalesMerge& other : merges) {
    const bool replaces = std::ranges::count(other.replaces, merge.id) > 0;
    const bool is_newer = other.settings == settings && merge.settings != settings;
    const Instant since = std::max(other.written, merge.written);  // settings may come back
    if ((replaces || is_newer) && (!first || since < *first)) first = since;
  }
  return first;
}

/// Merges whose place others took more than a day ago: by now nobody reads them.
void remove_old(Repository& repository, const std::string& dataset, const std::string& settings) {
  const std::vector<SalesMerge> merges = all_merges(repository, dataset);
  const Instant yesterday = repository.store().now() - std::chrono::hours(24);
  for (const SalesMerge& merge : merges) {
    const auto when = superseded(merge, merges, settings);
    if (!when || *when > yesterday) continue;
    repository.store().remove(key_of(dataset, merge.id, "json"));
    repository.store().remove(key_of(dataset, merge.id, "parquet"));
  }
}

}  // namespace

std::vector<SalesMerge> sales_merges(const Repository& repository, const std::string& dataset) {
  std::vector<SalesMerge> merges = all_merges(repository, dataset);
  const std::set<std::string> replaced = replaced_ids(merges);
  std::erase_if(merges, [&](const SalesMerge& merge) { return replaced.contains(merge.id); });
  std::sort(merges.begin(), merges.end(), [](const SalesMerge& a, const SalesMerge& b) {
    return a.level != b.level ? a.level > b.level : a.id < b.id;
  });
  return merges;
}

std::vector<fs::path> sales_files(const Repository& repository, const std::string& dataset,
                                  const std::string& settings,
                                  const std::vector<std::string>& hashes) {
  std::set<std::string> wanted(hashes.begin(), hashes.end());
  std::vector<fs::path> files;
  for (const SalesMerge& merge : sales_merges(repository, dataset)) {
    const bool all = std::all_of(merge.hashes.begin(), merge.hashes.end(),
                                 [&](const std::string& hash) { return wanted.contains(hash); });
    const std::string key = key_of(dataset, merge.id, "parquet");
    if (!all || merge.hashes.empty() || merge.settings != settings) continue;
    if (!repository.store().exists(key)) continue;
    files.push_back(repository.store().fetch(key));
    for (const std::string& hash : merge.hashes) wanted.erase(hash);
  }
  for (const std::string& hash : wanted) {
    files.push_back(repository.store().fetch(Repository::sales_key(dataset, hash)));
  }
  return files;
}

std::size_t merge_sales(Repository& repository, const std::string& dataset,
                        const std::string& settings) {
  Merger merger(repository, dataset, settings);
  std::size_t made = 0;
  while (merger.merge_one()) ++made;
  if (made > 0) remove_old(repository, dataset, settings);
  return made;
}

}  // namespace forecart
