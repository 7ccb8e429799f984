#include "services/kinesis.h"

#include "services/aws_batches.h"
#include "services/aws_json.h"
#include "services/aws_services.h"
#include "services/base64url.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr BatchLimits kLimits{.entries = 500, .bytes = 5UL << 20};
constexpr std::size_t kLargestRecord = 1UL << 20;  // with its key
constexpr std::size_t kLongestKey = 256;
constexpr std::size_t kLargestAnswer = 16UL << 20;  // 10 MB of records, as base64

AwsAccess in_region_of(const std::string& stream, AwsAccess access) {
  const std::string region = region_of_arn(stream);
  if (!region.empty()) access.region = region;
  return access;
}

BatchEntry entry_of(const StreamRecord& record) {
  const std::size_t bytes = record.data.size() + record.key.size();
  if (record.key.empty() || record.key.size() > kLongestKey || bytes > kLargestRecord) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a record of {} bytes with a key of {}: keys of 1 to {} and {} in all "
                            "are possible",
                            record.data.size(), record.key.size(), kLongestKey, kLargestRecord));
  }
  return {{{"Data", base64(record.data)}, {"PartitionKey", record.key}}, bytes};
}

ShardPart part_of(const json& answer) {
  ShardPart part{.next = aws_text(answer, "NextShardIterator"),
                 .behind = std::chrono::milliseconds(aws_count(answer, "MillisBehindLatest"))};
  for (const json& record : aws_list(answer, "Records")) {
    auto data = parse_base64(aws_text(record, "Data"));
    if (!data) {
      throw AwsError(ErrorCode::bad_data, "kinesis GetRecords: a record is no base64");
    }
    part.records.push_back({std::move(*data), aws_text(record, "PartitionKey")});
  }
  return part;
}

}  // namespace

KinesisStream::KinesisStream(const std::string& stream, const AwsAccess& access)
    : stream_(stream), client_(kKinesis, in_region_of(stream, access)) {}

json KinesisStream::named() const {
  return {{stream_.starts_with("arn:") ? "StreamARN" : "StreamName", stream_}};
}

void KinesisStream::put(const std::vector<StreamRecord>& records, const AwsPatience& patience) {
  std::vector<BatchEntry> entries;
  for (const StreamRecord& record : records) entries.push_back(entry_of(record));
  send_in_batches(kKinesis, "PutRecords", std::move(entries), kLimits, patience,
                  [&](const json& list) {
                    json request = named();
                    request["Records"] = list;
                    const json answer = client_.call("PutRecords", request, patience);
                    return batch_codes(answer, "Records", list.size());
                  });
}

AwsList<std::string> KinesisStream::shards(int most_pages) {
  AwsList<std::string> list;
  list.complete = each_page(most_pages, [&](const std::string& token) {
    // the token names the stream, and the service takes one of both
    const json request = token.empty() ? named() : json{{"NextToken", token}};
    const json answer = client_.call("ListShards", request);
    for (const json& shard : aws_list(answer, "Shards")) {
      list.items.push_back(aws_text(shard, "ShardId"));
    }
    return aws_text(answer, "NextToken");
  });
  return list;
}

std::string KinesisStream::iterator(const std::string& shard, const char* kind) {
  json request = named();
  request["ShardId"] = shard;
  request["ShardIteratorType"] = kind;
  return aws_text(client_.call("GetShardIterator", request), "ShardIterator");
}

std::string KinesisStream::oldest(const std::string& shard) {
  return iterator(shard, "TRIM_HORIZON");
}

std::string KinesisStream::newest(const std::string& shard) {
  return iterator(shard, "LATEST");
}

ShardPart KinesisStream::read(const std::string& iterator, int most) {
  json request{{"ShardIterator", iterator}, {"Limit", std::clamp(most, 1, 10'000)}};
  if (stream_.starts_with("arn:")) request["StreamARN"] = stream_;
  return part_of(client_.call("GetRecords", request, {}, kLargestAnswer));
}

}  // namespace forecart
