#pragma once

#include "services/aws_client.h"
#include "services/aws_pages.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

struct StreamRecord {
  std::string data = {};
  std::string key = {};  ///< whose hash chooses the shard; records of one key stay in order
};

/// What a shard gave.
struct ShardPart {
  std::vector<StreamRecord> records = {};
  std::string next = {};                ///< where to go on; empty at the end of a closed shard
  std::chrono::milliseconds behind{0};  ///< of the newest record
};

/// A stream of Amazon Kinesis, by its name or ARN, which also tells the region. Safe for several
/// threads. Throws as AwsClient.
class KinesisStream {
 public:
  KinesisStream(const std::string& stream, const AwsAccess& access);

  /// In as many calls as it takes. Records that were not taken go again until the deadline of
  /// `patience`, perhaps behind later ones; then throws, and some may have been taken. Throws Error
  /// invalid_value for a record without key or of more than 1 MiB, before any goes.
  void put(const std::vector<StreamRecord>& records, const AwsPatience& patience = {});

  AwsList<std::string> shards(int most_pages = 10);
  /// Where reading begins: with the oldest record there is, or those that come from here on.
  std::string oldest(const std::string& shard);
  std::string newest(const std::string& shard);
  /// Up to so many from there on.
  ShardPart read(const std::string& iterator, int most = 1000);

 private:
  nlohmann::json named() const;
  std::string iterator(const std::string& shard, const char* kind);

  std::string stream_;
  AwsClient client_;
};

}  // namespace forecart
