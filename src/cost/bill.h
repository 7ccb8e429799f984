#pragma once

#include "cost/month.h"
#include "cost/prices.h"
#include "cost/usage.h"
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace forecart {

/// What a piece of work would cost on one platform, with its repository on S3.
struct Offer {
  std::string platform;   ///< lambda-x86, lambda-arm64, sagemaker-processing, sagemaker-training
  std::string size;       ///< "1769 MB", "ml.m5.large"
  double seconds = 0;     ///< that are billed
  double gb_seconds = 0;  ///< of Lambda
  double compute = 0;
  double invocation = 0;  ///< the request that starts a function
  double store = 0;       ///< requests to S3
  std::string obstacle;   ///< why it cannot run there as it is; empty if it can

  double total() const { return compute + invocation + store; }
};

struct Bill {
  std::string currency;
  std::string region;
  std::string date;
  std::string source;
  std::vector<Offer> offers;
  double store_month = 0;  ///< of keeping for a month what was written
  OwnPrices own{};         ///< that replace a few of those
  Month month{};           ///< with such a piece of work each day
};

/// What `usage` would cost. A function gets the memory that the work needed with a fifth to spare,
/// and at least one vCPU's; a job the instance on which it is cheapest. Work takes there its
/// core-seconds, divided by the speed of a vCPU and by as many vCPUs as it kept busy here.
Bill bill_of(const Usage& usage, const Prices& prices);

/// `{"currency":..,"region":..,"date":..,"source":..,"platforms":[{"platform":..,"size":..,
/// "seconds":..,"gb_seconds":..,"compute":..,"invocation":..,"store":..,"total":..,"fits":..,
/// "obstacle":..}],"store_month":..,"month":{..},"own":{"entries":[..],"region":..,"date":..,"source":..}}`;
/// own is null where all prices are of one list.
nlohmann::json to_json(const Bill& bill);

/// "USD 0.00014 on Lambda x86, 0.00011 on arm64, 0.00031 on SageMaker (ml.m5.large), with S3;
/// prices of us-east-1, 2024-12-01"; without S3 where nothing went to a store.
std::string describe(const Bill& bill);

/// "us-east-1, 2024-12-01, but lambda.x86_gb_second of 2030-01-01 (a contract)": whose prices.
std::string price_label(const Bill& bill);

}  // namespace forecart
