#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// Lambda is billed by memory times time; vCPUs come with the memory.
struct LambdaPrices {
  double request = 0;
  double x86_gb_second = 0;
  double arm64_gb_second = 0;
  double memory_mb_per_vcpu = 0;
  double most_memory_mb = 0;
  double most_seconds = 0;
  double x86_speed = 1;  ///< work of a core here that a vCPU there does in the same time
  double arm64_speed = 1;
};

struct S3Prices {
  double put = 0;  ///< PUT, COPY, POST or LIST
  double get = 0;  ///< any other request; DELETE is free
  double gb_month = 0;
};

/// An instance of SageMaker, by the hour of a job.
struct InstancePrice {
  std::string instance;
  double vcpus = 0;
  double memory_gb = 0;
  double processing_hour = 0;
  double training_hour = 0;
  double speed = 1;
};

struct SqsPrices {
  double request = 0;
};

struct CloudWatchPrices {
  double logs_gb = 0;        ///< taken in
  double logs_gb_month = 0;  ///< kept
  double metric_month = 0;   ///< that is told all the month; one told in a few hours costs as many
  double alarm_month = 0;
  double dashboard_month = 0;
};

/// Something that is paid for as long as it stands, whether it is used or not.
struct AlwaysOnPart {
  std::string part;
  double count = 1;
  double hour = 0;   ///< of each
  double month = 0;  ///< of each, where it is not paid by the hour
};

/// Prices that a file gives beside those of another: "lambda.x86_gb_second", "sagemaker".
struct OwnPrices {
  std::vector<std::string> entries;  ///< empty: all are of one file
  std::string region;
  std::string date;
  std::string source;
};

/// Prices of one region on one day, and a few that replace theirs.
struct Prices {
  std::string currency;
  std::string region;
  std::string date;  ///< "2024-12-01"
  std::string source;
  LambdaPrices lambda;
  S3Prices s3;
  std::vector<InstancePrice> sagemaker;  ///< at least one
  SqsPrices sqs{};
  CloudWatchPrices cloudwatch{};
  std::vector<AlwaysOnPart> always_on{};  ///< what the study left running
  OwnPrices own{};
};

/// The prices that the program comes with.
const Prices& shipped_prices();

/// Leaves jobs of SageMaker that instance alone; false, and all there are, where it is not listed.
bool keep_instance(Prices& prices, const std::string& instance);

/// Reads a price file over `base`: what it leaves out stays, a list replaces the other whole. It
/// must give its date and source. Where it gives every price it is taken for the whole list; else
/// region, date and source stay those of `base`, `own` tells what the file gave, and the currency
/// cannot be another. Messages name `file` and the line. Throws Error unknown_name for a key that
/// is not known, invalid_value for a value that cannot be.
Prices parse_prices(std::string_view text, const std::string& file, const Prices& base);

}  // namespace forecart
