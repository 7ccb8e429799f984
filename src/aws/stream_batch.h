#pragma once

#include "pipeline/repository.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// One record of a stream of Kinesis.
struct StreamRecord {
  std::string sequence;  ///< number, of up to 129 digits
  std::string data;      ///< as it was put: lines
};

/// What a call of Lambda brings of one shard of a stream: records that follow each other.
struct StreamBatch {
  std::string stream;  ///< its name
  std::string shard;   ///< "000000000006" of shardId-000000000006
  std::vector<StreamRecord> records;

  /// The file that it becomes: of stream, shard, and the first and the last sequence number, so
  /// that a batch that comes again is the same file.
  std::string file_name() const;
};

/// Reads an event with records of "aws:kinesis". Data that are not Base64 stay as they are, so that
/// they stand among the rejects. Throws Error bad_data for an event that is none, or of two shards.
StreamBatch parse_stream_batch(const nlohmann::json& event);

/// The batch as a csv file. A line that is an object of JSON is a row, its members the columns;
/// data that begin with another line have their columns in that and rows in those that follow.
/// Columns are those of all rows, in the order in which they come. A line that is neither, or has
/// other names than fit into kMostColumns, is a row of its own text, which will be rejected.
std::string csv_of(const StreamBatch& batch);

inline constexpr std::size_t kMostColumns = 200;

/// Puts the batch into the inbox of the data set, in one piece, where it is not there.
void put_into_inbox(const Repository& repository, const std::string& dataset,
                    const StreamBatch& batch);

}  // namespace forecart
