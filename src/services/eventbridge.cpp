#include "services/eventbridge.h"

#include "services/aws_batches.h"
#include "services/aws_services.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr BatchLimits kLimits{.entries = 10, .bytes = 256UL * 1024};
constexpr std::size_t kBytesOfATime = 14;

/// "Calculating Amazon EventBridge event entry size" of its user guide.
std::size_t size_of(const BusEvent& event) {
  std::size_t bytes = event.source.size() + event.kind.size() + event.detail.size();
  for (const std::string& resource : event.resources) bytes += resource.size();
  return bytes + (event.time ? kBytesOfATime : 0);
}

BatchEntry entry_of(const BusEvent& event) {
  if (!json::accept(event.detail) || !event.detail.starts_with('{')) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("the detail of an event '{}' is no object of JSON", event.kind));
  }
  const std::size_t bytes = size_of(event);
  if (bytes > kLimits.bytes) {
    throw Error(ErrorCode::invalid_value, fmt::format("an event '{}' has {} bytes; {} are possible",
                                                      event.kind, bytes, kLimits.bytes));
  }
  json entry{{"Source", event.source}, {"DetailType", event.kind}, {"Detail", event.detail}};
  if (!event.bus.empty()) entry["EventBusName"] = event.bus;
  if (!event.resources.empty()) entry["Resources"] = event.resources;
  if (event.time) {
    entry["Time"] = std::chrono::duration<double>(event.time->time_since_epoch()).count();
  }
  return {std::move(entry), bytes};
}

}  // namespace

EventBridge::EventBridge(const AwsAccess& access) : client_(kEventBridge, access) {}

void EventBridge::put(const std::vector<BusEvent>& events, const AwsPatience& patience) {
  std::vector<BatchEntry> entries;
  for (const BusEvent& event : events) entries.push_back(entry_of(event));
  send_in_batches(kEventBridge, "PutEvents", std::move(entries), kLimits, patience,
                  [&](const json& list) {
                    const json answer = client_.call("PutEvents", {{"Entries", list}}, patience);
                    return batch_codes(answer, "Entries", list.size());
                  });
}

}  // namespace forecart
