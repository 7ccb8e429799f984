#include "cost/prices.h"

#include "base/embedded_file.h"
#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

// The prices lie in the program itself, so that it needs no file at run time.
FORECART_EMBED(prices, FORECART_PRICES)

namespace forecart {

namespace {

/// A key with a number, what it fills, and the least it may be.
template <typename Target>
struct NumberKey {
  const char* name;
  double Target::*value;
  double least;
};

constexpr double kTiny = 1e-6;  // of what is divided by

constexpr NumberKey<LambdaPrices> kLambda[]{
    {"request", &LambdaPrices::request, 0},
    {"x86_gb_second", &LambdaPrices::x86_gb_second, 0},
    {"arm64_gb_second", &LambdaPrices::arm64_gb_second, 0},
    {"memory_mb_per_vcpu", &LambdaPrices::memory_mb_per_vcpu, 1},
    {"most_memory_mb", &LambdaPrices::most_memory_mb, 1},
    {"most_seconds", &LambdaPrices::most_seconds, 1},
    {"x86_speed", &LambdaPrices::x86_speed, kTiny},
    {"arm64_speed", &LambdaPrices::arm64_speed, kTiny},
};

constexpr NumberKey<S3Prices> kS3[]{
    {"put", &S3Prices::put, 0},
    {"get", &S3Prices::get, 0},
    {"gb_month", &S3Prices::gb_month, 0},
};

constexpr NumberKey<InstancePrice> kInstance[]{
    {"vcpus", &InstancePrice::vcpus, 1},
    {"memory_gb", &InstancePrice::memory_gb, kTiny},
    {"processing_hour", &InstancePrice::processing_hour, 0},
    {"training_hour", &InstancePrice::training_hour, 0},
    {"speed", &InstancePrice::speed, kTiny},
};

constexpr NumberKey<SqsPrices> kSqs[]{{"request", &SqsPrices::request, 0}};

constexpr NumberKey<CloudWatchPrices> kCloudWatch[]{
    {"logs_gb", &CloudWatchPrices::logs_gb, 0},
    {"logs_gb_month", &CloudWatchPrices::logs_gb_month, 0},
    {"metric_month", &CloudWatchPrices::metric_month, 0},
    {"alarm_month", &CloudWatchPrices::alarm_month, 0},
    {"dashboard_month", &CloudWatchPrices::dashboard_month, 0},
};

constexpr NumberKey<AlwaysOnPart> kAlwaysOn[]{
    {"count", &AlwaysOnPart::count, 0},
    {"hour", &AlwaysOnPart::hour, 0},
    {"month", &AlwaysOnPart::month, 0},
};

/// Reads the nodes of one file, whose name stands in every message.
class PriceReader {
 public:
  explicit PriceReader(const std::string& file) : file_(file) {}

  void read_root(const toml::table& root, Prices& prices) const {
    for (const auto& [name, node] : root) {
      const std::string_view key = name.str();
      if (key == "currency") {
        prices.currency = text(key, node);
      } else if (key == "region") {
        prices.region = text(key, node);
      } else if (key == "source") {
        prices.source = text(key, node);
      } else if (key == "date") {
        prices.date = date(node);
      } else if (key == "lambda") {
        read_numbers(table(key, node), kLambda, prices.lambda);
      } else if (key == "s3") {
        read_numbers(table(key, node), kS3, prices.s3);
      } else if (key == "sagemaker") {
        prices.sagemaker = instances(key, node);
      } else if (key == "sqs") {
        read_numbers(table(key, node), kSqs, prices.sqs);
      } else if (key == "cloudwatch") {
        read_numbers(table(key, node), kCloudWatch, prices.cloudwatch);
      } else if (key == "always_on") {
        prices.always_on = always_on(key, node);
      } else {
        refuse_key(key, node,
                   "currency, region, date, source, lambda, s3, sagemaker, sqs, cloudwatch, "
                   "always_on");
      }
    }
    if (root.get("date") != nullptr && root.get("source") != nullptr) return;
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}: prices need a date and a source; add both", file_));
  }

 private:
  std::string at(const toml::node& node) const {
    return fmt::format("{}, line {}", file_, node.source().begin.line);
  }

  [[noreturn]] void refuse(std::string_view key, const toml::node& node,
                           std::string_view wanted) const {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}: '{}' must be {}", at(node), key, wanted));
  }

  [[noreturn]] void refuse_key(std::string_view key, const toml::node& node,
                               std::string_view known) const {
    throw Error(ErrorCode::unknown_name,
                fmt::format("{}: key '{}' is not known here; known are: {}", at(node), key, known));
  }

  std::string text(std::string_view key, const toml::node& node) const {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) refuse(key, node, "text");
    return *value;
  }

  std::string date(const toml::node& node) const {
    const auto value = node.value_exact<toml::date>();
    if (!value) refuse("date", node, "a date such as 2024-12-01");
    return fmt::format("{:04}-{:02}-{:02}", value->year, value->month, value->day);
  }

  const toml::table& table(std::string_view key, const toml::node& node) const {
    if (!node.is_table()) refuse(key, node, "a table");
    return *node.as_table();
  }

  double number(std::string_view key, const toml::node& node, double least) const {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !std::isfinite(*value) || *value < least) {
      refuse(key, node, fmt::format("a number, {:g} or more", least));
    }
    return *value;
  }

  template <typename Target, std::size_t count>
  void read_number(std::string_view key, const toml::node& node,
                   const NumberKey<Target> (&keys)[count], Target& target) const {
    std::vector<std::string> known;
    for (const auto& [name, value, least] : keys) {
      known.emplace_back(name);
      if (key != name) continue;
      target.*value = number(key, node, least);
      return;
    }
    refuse_key(key, node, fmt::format("{}", fmt::join(known, ", ")));
  }

  template <typename Target, std::size_t count>
  void read_numbers(const toml::table& table, const NumberKey<Target> (&keys)[count],
                    Target& target) const {
    for (const auto& [key, node] : table) read_number(key.str(), node, keys, target);
  }

  std::vector<InstancePrice> instances(std::string_view key, const toml::node& node) const {
    const toml::array* const list = node.as_array();
    if (list == nullptr || list->empty()) refuse(key, node, "one or more [[sagemaker]]");
    std::vector<InstancePrice> result;
    for (const toml::node& item : *list) result.push_back(instance(table(key, item)));
    return result;
  }

  InstancePrice instance(const toml::table& table) const {
    InstancePrice result;
    for (const auto& [key, node] : table) {
      if (key.str() == "instance") {
        result.instance = text(key.str(), node);
      } else {
        read_number(key.str(), node, kInstance, result);
      }
    }
    const bool whole = !result.instance.empty() && result.vcpus > 0 && result.memory_gb > 0 &&
                       table.contains("processing_hour") && table.contains("training_hour");
    if (!whole) {
      refuse("sagemaker", table,
             "given with instance, vcpus, memory_gb, processing_hour and training_hour");
    }
    return result;
  }

  std::vector<AlwaysOnPart> always_on(std::string_view key, const toml::node& node) const {
    const toml::array* const list = node.as_array();
    if (list == nullptr) refuse(key, node, "[[always_on]]");
    std::vector<AlwaysOnPart> result;
    for (const toml::node& item : *list) result.push_back(always_on_part(table(key, item)));
    return result;
  }

  AlwaysOnPart always_on_part(const toml::table& table) const {
    AlwaysOnPart result;
    for (const auto& [key, node] : table) {
      if (key.str() == "part") {
        result.part = text(key.str(), node);
      } else {
        read_number(key.str(), node, kAlwaysOn, result);
      }
    }
    if (result.part.empty() || table.contains("hour") == table.contains("month")) {
      refuse("always_on", table, "given with part, and either hour or month");
    }
    return result;
  }

  const std::string& file_;
};

/// What a file gives beside its labels.
std::vector<std::string> entries_of(const toml::table& root) {
  std::vector<std::string> entries;
  for (const char* group : {"lambda", "s3", "sqs", "cloudwatch"}) {
    const toml::table* const table = root[group].as_table();
    if (table == nullptr) continue;
    for (const auto& [key, node] : *table) {
      entries.push_back(fmt::format("{}.{}", group, key.str()));
    }
  }
  for (const char* list : {"sagemaker", "always_on"}) {
    if (root.contains(list)) entries.emplace_back(list);
  }
  return entries;
}

/// Whether all that is paid for is among the entries.
bool is_whole_list(const std::vector<std::string>& entries) {
  constexpr const char* kPaid[]{"lambda.request",
                                "lambda.x86_gb_second",
                                "lambda.arm64_gb_second",
                                "s3.put",
                                "s3.get",
                                "s3.gb_month",
                                "sagemaker",
                                "sqs.request",
                                "cloudwatch.logs_gb",
                                "cloudwatch.logs_gb_month",
                                "cloudwatch.metric_month",
                                "cloudwatch.alarm_month",
                                "cloudwatch.dashboard_month",
                                "always_on"};
  return std::all_of(std::begin(kPaid), std::end(kPaid), [&](const char* name) {
    return std::find(entries.begin(), entries.end(), name) != entries.end();
  });
}

/// Prices of a file that leaves some to `base` keep its labels and say which are the file's own.
void label(const std::vector<std::string>& entries, const Prices& base, const std::string& file,
           Prices& prices) {
  if (is_whole_list(entries)) return;
  if (prices.currency != base.currency) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{}: prices in {} must be given all, as those left out are in {}", file,
                            prices.currency, base.currency));
  }
  prices.own = {entries, prices.region, prices.date, prices.source};
  prices.region = base.region;
  prices.date = base.date;
  prices.source = base.source;
}

}  // namespace

const Prices& shipped_prices() {
  static const Prices kPrices = parse_prices(FORECART_EMBEDDED(prices), "prices.toml", {});
  return kPrices;
}

bool keep_instance(Prices& prices, const std::string& instance) {
  const auto found = std::ranges::find(prices.sagemaker, instance, &InstancePrice::instance);
  if (found == prices.sagemaker.end()) return false;
  prices.sagemaker = {*found};
  return true;
}

Prices parse_prices(std::string_view text, const std::string& file, const Prices& base) {
  try {
    Prices prices = base;
    const toml::table root = toml::parse(text, file);
    PriceReader(file).read_root(root, prices);
    if (!base.date.empty()) label(entries_of(root), base, file, prices);
    return prices;
  } catch (const toml::parse_error& error) {
    throw Error(ErrorCode::bad_data, fmt::format("{}, line {}: {}", file, error.source().begin.line,
                                                 error.description()));
  }
}

}  // namespace forecart
