#include "pipeline/reject_list.h"

#include "base/error.h"
#include "ingest/reject.h"
#include "pipeline/sales.h"
#include "table/number_text.h"
#include "table/record_source.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kColumns = 5;  ///< file, line, column, reason, text

void require_reason(const std::string& reason) {
  std::vector<std::string_view> known;
  for (std::size_t i = 0; i < kRejectReasons; ++i) {
    known.push_back(to_string(static_cast<RejectReason>(i)));
  }
  if (reason.empty() || std::find(known.begin(), known.end(), reason) != known.end()) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no reason for which rows are refused; use one of {}",
                          reason.substr(0, 100), fmt::join(known, ", ")));
}

/// All that there are, or of one reason, by the file's record.
std::int64_t count_of(const json& counts, const std::string& reason) {
  if (reason.empty()) return counts.at("rows_rejected").get<std::int64_t>();
  return counts.at("rejected_by_reason").value(reason, std::int64_t{0});
}

json row_json(const Record& record) {
  return {{"file", record.fields[0]},
          {"line", parse_integer(record.fields[1]).value_or(0)},
          {"column", record.fields[2]},
          {"reason", record.fields[3]},
          {"text", record.fields[4]}};
}

}  // namespace

json files_with_rejects(const Repository& repository, const std::string& dataset, std::size_t most,
                        const std::string& before) {
  std::vector<KnownFile> files = known_files(repository, dataset);
  if (!before.empty()) {
    std::erase_if(files, [&](const KnownFile& file) { return file.hash >= before; });
  }
  json list = json::array();
  while (!files.empty() && list.size() < most) {
    const KnownFile file = std::move(files.back());
    files.pop_back();
    const auto counts = sales_counts(repository, dataset, file.hash);
    if (!counts || counts->value("rows_rejected", 0) == 0) continue;
    list.push_back({{"file", file.name},
                    {"sha256", file.hash},
                    {"rows_rejected", counts->at("rows_rejected")},
                    {"rejected_by_reason", counts->at("rejected_by_reason")}});
  }
  const json next = files.empty() || list.empty() ? json() : list.back().at("sha256");
  return {{"files", std::move(list)}, {"next", next}};
}

json rejected_rows(const Repository& repository, const std::string& dataset,
                   const std::string& hash, const RejectFilter& filter) {
  require_reason(filter.reason);
  const auto counts = sales_counts(repository, dataset, hash);
  const std::int64_t total = counts ? count_of(*counts, filter.reason) : 0;
  const FetchedFile file(repository.store(), Repository::rejects_key(dataset, hash));
  const auto source = open_records(file.path(), {.delimiter = ','});
  json rows = json::array();
  std::size_t fitting = 0;
  bool more = false;
  Record record;
  while (!more && source->next(record)) {
    if (record.fields.size() != kColumns) continue;
    if (!filter.reason.empty() && record.fields[3] != filter.reason) continue;
    if (fitting++ < filter.offset) continue;
    more = rows.size() == filter.limit;
    if (!more) rows.push_back(row_json(record));
  }
  return {{"sha256", hash}, {"rows", std::move(rows)}, {"total", total}, {"more", more}};
}

}  // namespace forecart
