#pragma once

#include "ingest/dataset_config.h"
#include "ingest/reject.h"
#include "table/record_source.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace forecart {

/// How the cells of one file are written, decided once from all of them.
struct FileFormat {
  DateFormat date = DateFormat::ymd;
  DecimalMark decimal = DecimalMark::point;
};

/// One accepted order line. Views hold as long as the record it came from.
struct Sale {
  std::int64_t line = 0;
  std::string_view order_id;
  CivilTime time{};
  Instant instant{};
  std::string_view product;
  double quantity = 1;
  double unit_price = 0;  ///< NaN where unknown
  double revenue = 0;     ///< NaN where unknown
  std::string_view customer;
  std::string_view place;
  bool returned = false;
  bool cancelled = false;  ///< returned because of its order id
  std::uint64_t row_hash = 0;
};

/// Turns rows of one file into sales or says why not.
class Cleaner {
 public:
  /// Throws Error unknown_name when a mapped column is not among the file's.
  Cleaner(const RecordSource& source, const DatasetConfig& config, FileFormat format,
          const std::string& file);

  /// Fills `sale`, or returns why the row is refused.
  std::optional<Reject> clean(const Record& record, Sale& sale);

 private:
  static constexpr std::size_t kNone = SIZE_MAX;
  struct Columns {
    std::size_t time, order_id, product, quantity, unit_price, revenue, customer, place;
  };

  std::optional<RejectReason> refuse_row(const Record& record) const;
  std::size_t missing_column(const Record& record) const;
  bool read_time(const Record& record, Sale& sale);
  bool read_amount(const Record& record, std::size_t column, double& amount) const;
  void price(Sale& sale) const;
  void mark_return(Sale& sale) const;
  Instant instant_of(CivilTime civil);
  Reject reject(const Record& record, RejectReason reason, std::size_t column = kNone) const;

  const std::vector<std::string> columns_;
  const std::vector<std::string> header_;
  const DatasetConfig config_;
  const FileFormat format_;
  const TimeZone zone_;
  Columns at_;
  std::unordered_map<std::int64_t, std::optional<std::chrono::microseconds>> day_offsets_;
};

/// Hash of a row's cells, stored with the sale to find exact duplicates; the same on every machine
/// and in every version.
std::uint64_t hash_row(const std::vector<std::string_view>& fields);

/// Looks at all rows of a file, which messages call `name`, to decide how its times and numbers are
/// written. Throws Error as DateEvidence::decide, and bad_data for a file without rows.
FileFormat survey_file(const std::filesystem::path& file, const DatasetConfig& config,
                       const std::string& name);

}  // namespace forecart
