#include "pipeline/table_formats.h"

#include "base/durable_file.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/work_file.h"
#include "table/table_text.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A file that is hashed while it is written.
class HashedFile {
 public:
  explicit HashedFile(const fs::path& path) : file_(path, O_WRONLY | O_CREAT | O_TRUNC) {}

  void write(std::string_view text) {
    file_.write_all(text);
    hash_.add(text);
  }
  std::string hash() { return hash_.hex(); }

 private:
  Descriptor file_;
  Sha256 hash_;
};

/// The table without columns of times.
Table untimed(const Table& table) {
  Table kept;
  for (const Column& column : table.columns()) {
    if (!is_timing(column.name)) kept.add(column.name, column.values);
  }
  return kept;
}

/// The text formats of a table, written block by block.
class TextFormats {
 public:
  TextFormats(const fs::path& csv, const fs::path& rows) : csv_(csv), json_(rows) {}

  void add(const Table& block) {
    const std::array<std::function<void()>, 3> parts{
        [&] { csv_.write(csv_of(block)); },
        [&] { json_.write(json_of(block)); },
        [&] { content_.add(csv_of(untimed(block))); },
    };
    parallel_for(parts.size(), 0, [&](std::size_t i) { parts[i](); });
    first_ = false;
    any_row_ = any_row_ || block.row_count() > 0;
  }

  json finish() {
    json_.write(any_row_ ? "]" : "[]");
    return {{"content", content_.hex()}, {"csv", csv_.hash()}, {"json", json_.hash()}};
  }

 private:
  std::string csv_of(const Table& block) const {
    std::string text;
    if (first_) append_csv_header(text, block);
    append_csv_rows(text, block);
    return text;
  }

  std::string json_of(const Table& block) const {
    if (block.row_count() == 0) return "";
    std::string text = any_row_ ? "," : "[";
    append_json_rows(text, block);
    return text;
  }

  HashedFile csv_;
  HashedFile json_;
  Sha256 content_;
  bool first_ = true;
  bool any_row_ = false;
};

}  // namespace

bool is_timing(std::string_view column) {
  return column == "milliseconds" || column.ends_with("_seconds");
}

json write_all_formats(ObjectStore& store, const std::string& key, const TableBlocks& next) {
  const WorkFile csv(store.work_folder(), ".csv");
  const WorkFile text(store.work_folder(), ".json");
  const WorkFile parquet(store.work_folder(), ".parquet");
  TextFormats texts(csv.path(), text.path());
  write_parquet(
      [&] {
        std::optional<Table> block = next();
        if (block) texts.add(*block);
        return block;
      },
      parquet.path());
  json hashes = texts.finish();
  hashes["parquet"] = sha256_file(parquet.path());
  const std::array<std::pair<const char*, const WorkFile*>, 3> files{
      {{".csv", &csv}, {".json", &text}, {".parquet", &parquet}}};
  // at once: requests wait for the store, not for a core
  parallel_for(files.size(), files.size(), [&](std::size_t i) {
    store.put_file(key + files[i].first, files[i].second->path());
  });
  return hashes;
}

}  // namespace forecart
