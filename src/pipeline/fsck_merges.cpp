#include "pipeline/fsck_merges.h"

#include "pipeline/sales.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

using nlohmann::json;

bool RemakableSales::has_raw(const std::string& hash) const {
  const std::string key = Repository::raw_key(hash);
  return !broken_.contains(key) && repository_.store().exists(key);
}

bool RemakableSales::has_sales(const std::string& dataset, const std::string& hash,
                               const std::string& settings) const {
  return !broken_.contains(sales_record_key(dataset, hash)) &&
         !broken_.contains(Repository::sales_key(dataset, hash)) &&
         has_current_sales(repository_, dataset, hash, settings);
}

bool RemakableSales::can_do_without(const std::string& dataset, const MergeRecord& merge) const {
  return std::ranges::all_of(merge.hashes, [&](const std::string& hash) {
    return has_raw(hash) || has_sales(dataset, hash, merge.settings);
  });
}

const std::vector<MergeRecord>& RemakableSales::merges(const std::string& dataset) {
  const auto [known, is_new] = merges_.try_emplace(dataset);
  if (!is_new) return known->second;
  for (const std::string& key :
       repository_.store().list(fmt::format("sales/{}/merged/", dataset))) {
    if (key.ends_with(".json") && !broken_.contains(key)) learn(key, known->second);
  }
  return known->second;
}

void RemakableSales::learn(const std::string& key, std::vector<MergeRecord>& merges) const {
  try {
    const json record = repository_.read_json(key);
    MergeRecord merge{key, record.at("settings").get<std::string>(), {}};
    for (const json& file : record.at("files")) {
      merge.hashes.push_back(file.at("hash").get<std::string>());
    }
    merges.push_back(std::move(merge));
  } catch (const json::exception&) {  // it does not say what it should: runs do not use it
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data && error.code() != ErrorCode::not_found) throw;
  }
}

}  // namespace forecart
