#include "services/cloudwatch_logs.h"

#include "services/aws_json.h"
#include "services/aws_services.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

// Limits of PutLogEvents.
constexpr std::size_t kBytesOfACall = 1'048'576;
constexpr std::size_t kBytesOfALine = 26;  // beside its text
constexpr std::size_t kLongestLine = 256UL * 1024 - kBytesOfALine;
constexpr std::size_t kLinesOfACall = 10'000;
constexpr auto kTimeOfACall = std::chrono::hours(24);

// Of PutRetentionPolicy.
constexpr std::array kDays{1,   3,   5,   7,   14,   30,   60,   90,   120,  150,  180,
                           365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653};

/// Cut between two characters of UTF-8.
void shorten(std::string& text) {
  if (text.size() <= kLongestLine) return;
  std::size_t end = kLongestLine;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
}

/// How many of the lines go with one call.
std::size_t call_of(std::span<const LogLine> lines) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < std::min(lines.size(), kLinesOfACall)) {
    const LogLine& line = lines[count];
    bytes += line.text.size() + kBytesOfALine;
    if (bytes > kBytesOfACall || line.time - lines.front().time >= kTimeOfACall) break;
    ++count;
  }
  return count;
}

json event_list(std::span<const LogLine> lines) {
  json events = json::array();
  for (const LogLine& line : lines) {
    const auto time = std::chrono::floor<std::chrono::milliseconds>(line.time.time_since_epoch());
    events.push_back({{"timestamp", time.count()}, {"message", line.text}});
  }
  return events;
}

/// The info tells where those end that are too old, and where those begin that are too new.
std::size_t refused(const json& answer, std::size_t count) {
  const json& info = aws_object(answer, "rejectedLogEventsInfo");
  const auto end = [&](const char* name) {
    return static_cast<std::size_t>(
        std::clamp<std::int64_t>(aws_count(info, name), 0, static_cast<std::int64_t>(count)));
  };
  const std::size_t old = std::max(end("tooOldLogEventEndIndex"), end("expiredLogEventEndIndex"));
  const bool some_new = info.contains("tooNewLogEventStartIndex");
  const std::size_t fresh = some_new ? count - end("tooNewLogEventStartIndex") : 0;
  return std::min(count, old + fresh);
}

}  // namespace

CloudWatchLogs::CloudWatchLogs(const AwsAccess& access) : client_(kLogs, access) {}

bool CloudWatchLogs::create(const char* operation, const json& input) {
  try {
    client_.call(operation, input);
    return true;
  } catch (const AwsError& error) {
    if (error.aws_code() == "ResourceAlreadyExistsException") return false;
    throw;
  }
}

bool CloudWatchLogs::create_group(const std::string& name, const std::string& kms_key) {
  json request{{"logGroupName", name}};
  if (!kms_key.empty()) request["kmsKeyId"] = kms_key;
  return create("CreateLogGroup", request);
}

void check_days_kept(int days) {
  if (std::ranges::find(kDays, days) != kDays.end()) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("logs cannot be kept for {} days; CloudWatch Logs takes {}", days,
                          fmt::join(kDays, ", ")));
}

bool CloudWatchLogs::create_stream(const std::string& group, const std::string& stream) {
  return create("CreateLogStream", {{"logGroupName", group}, {"logStreamName", stream}});
}

void CloudWatchLogs::keep(const std::string& group, int days) {
  check_days_kept(days);
  client_.call("PutRetentionPolicy", {{"logGroupName", group}, {"retentionInDays", days}});
}

AwsList<LogGroup> CloudWatchLogs::groups(const std::string& prefix, int most_pages) {
  AwsList<LogGroup> list;
  list.complete = each_page(most_pages, [&](const std::string& token) {
    json request{{"limit", 50}};
    if (!prefix.empty()) request["logGroupNamePrefix"] = prefix;
    if (!token.empty()) request["nextToken"] = token;
    const json answer = client_.call("DescribeLogGroups", request);
    for (const json& group : aws_list(answer, "logGroups")) {
      const auto days = static_cast<int>(aws_count(group, "retentionInDays"));
      list.items.push_back({.name = aws_text(group, "logGroupName"),
                            .arn = aws_text(group, "arn"),
                            .days = days > 0 ? std::optional(days) : std::nullopt,
                            .bytes = aws_count(group, "storedBytes")});
    }
    return aws_text(answer, "nextToken");
  });
  return list;
}

std::size_t CloudWatchLogs::put(const std::string& group, const std::string& stream,
                                std::vector<LogLine> lines) {
  std::erase_if(lines, [](const LogLine& line) { return line.text.empty(); });  // are refused
  for (LogLine& line : lines) shorten(line.text);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const LogLine& a, const LogLine& b) { return a.time < b.time; });
  std::span<const LogLine> rest(lines);
  std::size_t not_taken = 0;
  while (!rest.empty()) {
    const std::size_t count = call_of(rest);
    const json answer =
        client_.call("PutLogEvents", {{"logGroupName", group},
                                      {"logStreamName", stream},
                                      {"logEvents", event_list(rest.first(count))}});
    not_taken += refused(answer, count);
    rest = rest.subspan(count);
  }
  return not_taken;
}

}  // namespace forecart
