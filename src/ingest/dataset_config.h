#pragma once

#include "base/frequency.h"
#include "ingest/amount.h"
#include "ingest/date_format.h"
#include "monitoring/alert_rule.h"
#include "table/record_source.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Which column of the order files plays which part; "" for none. Only `time` is needed.
struct ColumnMapping {
  std::string order_id;
  std::string time;
  std::string product;
  std::string quantity;  ///< without it every line counts one unit
  std::string unit_price;
  std::string revenue;  ///< of the whole line; without it quantity * unit price
  std::string customer;
  std::string place;

  friend bool operator==(const ColumnMapping&, const ColumnMapping&) = default;
};

/// A column cut from the raw ones by an SQL expression, e.g. city = split_part("Address", ', ', 2).
struct Dimension {
  std::string name;
  std::string expression;

  friend bool operator==(const Dimension&, const Dimension&) = default;
};

/// What becomes of lines that take back: negative quantity, price or revenue, or a credit prefix.
enum class ReturnPolicy {
  keep,  ///< lines like any other
  drop,  ///< rejected with the reason `return`
  net,   ///< subtract from units and revenue, but count as neither lines nor orders
};

/// What a panel counts per bucket.
enum class Measure { lines, orders, units, revenue };

/// A panel that every run makes.
struct PanelConfig {
  std::string name;
  std::vector<std::string> by;  ///< dimensions, or product, customer, place; empty: the total
  Measure measure = Measure::lines;
  Frequency frequency;
  int horizon = 24;
  std::string hierarchy{};  ///< how forecasts of the series and of their sums add up; "": no sums
  std::vector<std::string>
      levels{};  ///< of the sums: "total", "city", "city/product"; empty: usual

  friend bool operator==(const PanelConfig&, const PanelConfig&) = default;
};

/// What a table below inputs/<dataset>/ holds.
enum class InputKind {
  regressor,   ///< ds and numbers, a row for every bucket
  price,       ///< ds and numbers, a row for every change: they hold until the next
  attributes,  ///< a row for every series: what never changes
  holidays,    ///< days with names
  calendar,    ///< ds and open, the share of a bucket in which the shop is open; 1 elsewhere
  stock,       ///< ds and stock, a row for every change: at 0 or less nothing can be sold
};

/// A table below inputs/<dataset>/ and the part that each of its columns plays.
struct InputConfig {
  std::string file;
  InputKind kind = InputKind::regressor;
  std::vector<std::string> future;  ///< known ahead: every step of the horizon must be there
  std::vector<std::string> past;    ///< known only afterwards
  std::vector<std::string> fixed;   ///< `static`: of attributes
  std::vector<std::string> panels;  ///< that it is for; empty: all

  friend bool operator==(const InputConfig&, const InputConfig&) = default;
};

/// What becomes of outliers in the sales of a series.
enum class OutlierPolicy {
  find,  ///< found and told, and no demand to the models
  show,  ///< found and told
  none,  ///< not looked for
};

/// When runs are made without anybody asking, and before whose (docs/automation.md).
struct AutomationConfig {
  bool scheduled = false;  ///< by the schedule only; else also whenever an upload was taken in
  std::string schedule;    ///< a CronSchedule in the zone of the data set; "": none
  int priority = 0;        ///< higher ones first

  friend bool operator==(const AutomationConfig&, const AutomationConfig&) = default;
};

/// What dataset.toml says: docs/formats/dataset_toml.md.
struct DatasetConfig {
  ColumnMapping columns;
  std::string time_zone = "none";
  std::optional<DateOrder> date_order;
  std::string holidays;  ///< countries whose public holidays are known ahead, as "DE,AT"; "": none
  std::string currency{};  ///< ISO 4217 code of the money in the files, as "USD"; "": not told
  std::vector<Dimension> dimensions;
  ReturnPolicy returns = ReturnPolicy::net;
  std::string credit_prefix;  ///< order ids that begin with it, followed by a digit, cancel
  CsvOptions csv;
  std::optional<DecimalMark> decimal;
  std::vector<PanelConfig> panels;
  std::vector<InputConfig> inputs;
  bool find_closed = true;  ///< closed days and hours are found where no calendar tells them
  OutlierPolicy outliers = OutlierPolicy::find;
  AutomationConfig automation{};
  bool publish_report = false;      ///< each run that is published writes its report beside it
  bool publish_quicksight = false;  ///< and tables for QuickSight and Athena
  std::vector<AlertRule> alerts{};
  AlertSinks alert_sinks{};

  /// Throws Error invalid_value or unknown_name that names the key and what is allowed.
  void validate() const;

  friend bool operator==(const DatasetConfig&, const DatasetConfig&) = default;
};

/// The settings without those that change no forecast: when runs are made, what is written beside
/// them, whom alerts tell, how money is shown.
DatasetConfig what_forecasts_depend_on(DatasetConfig config);

/// The settings that decide how files are cleaned; all others as they are by default.
DatasetConfig what_cleaning_depends_on(const DatasetConfig& config);

/// Throws Error invalid_value for what is no code of ISO 4217 by its form: three capital letters.
void check_currency(std::string_view code);

/// Names by which panels may be cut without a [dimensions] entry.
bool is_built_in_dimension(std::string_view name);

/// Whether two names of columns mean the same: letters A to Z may differ in case, as in SQL.
bool is_same_name(std::string_view a, std::string_view b);

/// Reads and validates; keys may be absent. Throws Error bad_data for broken TOML (with line),
/// unknown_name for an unknown key with the list of known ones, invalid_value for a bad value.
/// `place` is the file's name for messages.
DatasetConfig parse_dataset_config(std::string_view toml, const std::string& place);
DatasetConfig read_dataset_config(const std::filesystem::path& path);

/// dataset.toml with a comment at every key; parse_dataset_config gives the same config back.
std::string to_toml(const DatasetConfig& config);
void write_dataset_config(const DatasetConfig& config, const std::filesystem::path& path);

/// Throws Error invalid_value, `place` in front, for a measure that does not add up over series.
void require_additive(Measure measure, const std::string& place);

/// "lines", "orders", "units", "revenue"; throws Error unknown_name with the list.
Measure parse_measure(std::string_view name);
std::string to_string(Measure measure);
/// "regressor", "price", "attributes", "holidays", "calendar", "stock".
InputKind parse_input_kind(std::string_view name);
std::string to_string(InputKind kind);
/// "keep", "drop", "net".
ReturnPolicy parse_return_policy(std::string_view name);
std::string to_string(ReturnPolicy policy);
/// "find", "show", "none".
OutlierPolicy parse_outlier_policy(std::string_view name);
std::string to_string(OutlierPolicy policy);

}  // namespace forecart
