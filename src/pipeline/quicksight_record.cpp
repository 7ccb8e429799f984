#include "pipeline/quicksight_record.h"

#include "base/error.h"
#include "base/utc_text.h"
#include "pipeline/known_datasets.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

/// And a little more: clocks differ.
constexpr std::chrono::minutes kDay{24 * 60 + 5};

std::string key_of(const std::string& dataset) {
  return fmt::format("work/{}/quicksight.json", dataset);
}

json to_json(const QuickSightRecord& record) {
  json asked = json::array();
  for (const Instant at : record.asked) asked.push_back(utc_text(at));
  return {{"account", record.account}, {"region", record.region}, {"prefix", record.prefix},
          {"tables", record.tables},   {"most", record.most},     {"asked", std::move(asked)},
          {"told", record.told},       {"wanted", record.wanted}, {"error", record.error}};
}

QuickSightRecord parse(const std::string& text, const std::string& key) {
  try {
    const json value = json::parse(text);
    QuickSightRecord record{.account = value.at("account"),
                            .region = value.at("region"),
                            .prefix = value.at("prefix"),
                            .tables = value.at("tables"),
                            .most = value.at("most"),
                            .told = value.at("told"),
                            .wanted = value.at("wanted"),
                            .error = value.at("error")};
    for (const json& at : value.at("asked")) {
      if (const auto time = parse_instant(at.get<std::string>(), {})) record.asked.push_back(*time);
    }
    return record;
  } catch (const json::exception&) {
    throw Error(ErrorCode::bad_data,
                fmt::format("'{}' is damaged; remove it and make it again with forecart "
                            "quicksight setup",
                            key));
  }
}

}  // namespace

Instant next_refresh(const QuickSightRecord& record, Instant now) {
  std::vector<Instant> lately;
  std::ranges::copy_if(record.asked, std::back_inserter(lately),
                       [&](Instant at) { return at + kDay > now; });
  std::ranges::sort(lately);
  const auto most = static_cast<std::size_t>(std::max(record.most, 1));
  return lately.size() < most ? now : lately[lately.size() - most] + kDay;
}

std::optional<QuickSightRecord> read_quicksight_record(const Repository& repository,
                                                       const std::string& dataset) {
  const std::string key = key_of(dataset);
  const auto text = repository.store().read(key);
  return text ? std::optional(parse(*text, key)) : std::nullopt;
}

std::vector<std::string> datasets_with_quicksight(const Repository& repository) {
  return datasets_with_record(repository, "quicksight.json");
}

QuickSightRecord change_quicksight_record(Repository& repository, const std::string& dataset,
                                          const std::function<bool(QuickSightRecord&)>& work) {
  constexpr int kTries = 20;
  ObjectStore& store = repository.store();
  const std::string key = key_of(dataset);
  for (int i = 0; i < kTries; ++i) {
    const auto now = store.get(key);
    QuickSightRecord record = now ? parse(now->bytes, key) : QuickSightRecord{};
    if (!work(record)) return record;
    std::erase_if(record.asked, [&](Instant at) { return at + kDay <= store.now(); });
    const std::string text = sealed_text(to_json(record));
    if (now ? store.put_if_match(key, text, now->tag) : store.put_if_absent(key, text)) {
      return record;
    }
  }
  throw Error(ErrorCode::conflict, fmt::format("others change '{}' all the time; try again", key));
}

void keep_quicksight_error(Repository& repository, const std::string& dataset,
                           const std::string& error) {
  const auto known = read_quicksight_record(repository, dataset);
  if ((known ? known->error : "") == error) return;
  change_quicksight_record(repository, dataset, [&](QuickSightRecord& record) {
    record.error = error;
    return true;
  });
}

}  // namespace forecart
