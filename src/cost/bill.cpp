#include "cost/bill.h"

#include "cost/amount.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr double kMegabyte = 1 << 20;
constexpr double kGigabyte = 1 << 30;
constexpr double kSpare = 1.2;  // memory that a host is given, against what was needed
constexpr double kHour = 3600;

double memory_needed(const Usage& usage) {
  return kSpare * static_cast<double>(usage.peak_bytes);
}

/// Time of the work on so many vCPUs of such a speed.
double seconds_on(const Usage& usage, double vcpus, double speed) {
  return usage.core_seconds() / (speed * std::min(vcpus, usage.parallel()));
}

double store_cost(const Traffic& traffic, const S3Prices& prices) {
  return static_cast<double>(traffic.puts + traffic.lists) * prices.put +
         static_cast<double>(traffic.gets + traffic.heads) * prices.get;
}

std::string lambda_obstacle(double memory, double seconds, const LambdaPrices& prices) {
  if (memory > prices.most_memory_mb) {
    return fmt::format("needs {:.0f} MB of memory, a function has at most {:.0f} MB", memory,
                       prices.most_memory_mb);
  }
  if (seconds > prices.most_seconds) {
    return fmt::format("takes {:.0f} s, a function may run for {:.0f} s", seconds,
                       prices.most_seconds);
  }
  return "";
}

Offer lambda_offer(const Usage& usage, const Prices& prices, bool arm) {
  const LambdaPrices& lambda = prices.lambda;
  const double memory =
      std::max(lambda.memory_mb_per_vcpu, std::ceil(memory_needed(usage) / kMegabyte));
  Offer offer;
  offer.platform = arm ? "lambda-arm64" : "lambda-x86";
  offer.size = fmt::format("{:.0f} MB", memory);
  offer.seconds = seconds_on(usage, memory / lambda.memory_mb_per_vcpu,
                             arm ? lambda.arm64_speed : lambda.x86_speed);
  offer.gb_seconds = offer.seconds * memory / 1024;
  offer.compute = offer.gb_seconds * (arm ? lambda.arm64_gb_second : lambda.x86_gb_second);
  offer.invocation = lambda.request;
  offer.store = store_cost(usage.traffic, prices.s3);
  offer.obstacle = lambda_obstacle(memory, offer.seconds, lambda);
  return offer;
}

Offer instance_offer(const Usage& usage, const Prices& prices, const InstancePrice& instance,
                     bool training) {
  Offer offer;
  offer.platform = training ? "sagemaker-training" : "sagemaker-processing";
  offer.size = instance.instance;
  offer.seconds = seconds_on(usage, instance.vcpus, instance.speed);
  offer.compute =
      offer.seconds * (training ? instance.training_hour : instance.processing_hour) / kHour;
  offer.store = store_cost(usage.traffic, prices.s3);
  if (memory_needed(usage) > instance.memory_gb * kGigabyte) {
    offer.obstacle = fmt::format(
        "needs {:.0f} GB of memory, the largest instance in the price "
        "file has {:g} GB",
        memory_needed(usage) / kGigabyte, instance.memory_gb);
  }
  return offer;
}

/// The cheapest instance with enough memory, else the one with most.
Offer sagemaker_offer(const Usage& usage, const Prices& prices, bool training) {
  std::vector<Offer> offers;
  const InstancePrice* largest = &prices.sagemaker.front();
  for (const InstancePrice& instance : prices.sagemaker) {
    if (instance.memory_gb > largest->memory_gb) largest = &instance;
    Offer offer = instance_offer(usage, prices, instance, training);
    if (offer.obstacle.empty()) offers.push_back(std::move(offer));
  }
  if (offers.empty()) return instance_offer(usage, prices, *largest, training);
  return *std::min_element(offers.begin(), offers.end(),
                           [](const Offer& a, const Offer& b) { return a.total() < b.total(); });
}

/// A month of runs on the cheapest platform that takes them.
Month month_on_best(const Bill& bill, const Usage& usage, const Prices& prices) {
  const auto best =
      std::min_element(bill.offers.begin(), bill.offers.end(), [](const Offer& a, const Offer& b) {
        return std::pair(!a.obstacle.empty(), a.total()) <
               std::pair(!b.obstacle.empty(), b.total());
      });
  return month_of({.platform = best->platform,
                   .compute = best->compute + best->invocation,
                   .store = best->store,
                   .gigabytes = static_cast<double>(usage.traffic.bytes_written) / kGigabyte},
                  prices);
}

json to_json(const Offer& offer) {
  return {{"platform", offer.platform},     {"size", offer.size},
          {"seconds", offer.seconds},       {"gb_seconds", offer.gb_seconds},
          {"compute", offer.compute},       {"invocation", offer.invocation},
          {"store", offer.store},           {"total", offer.total()},
          {"fits", offer.obstacle.empty()}, {"obstacle", offer.obstacle}};
}

json own_json(const OwnPrices& own) {
  if (own.entries.empty()) return nullptr;
  return {
      {"entries", own.entries}, {"region", own.region}, {"date", own.date}, {"source", own.source}};
}

}  // namespace

Bill bill_of(const Usage& usage, const Prices& prices) {
  Bill bill{prices.currency, prices.region, prices.date, prices.source, {}, 0, prices.own, {}};
  for (const bool arm : {false, true}) bill.offers.push_back(lambda_offer(usage, prices, arm));
  for (const bool training : {false, true}) {
    bill.offers.push_back(sagemaker_offer(usage, prices, training));
  }
  bill.store_month =
      static_cast<double>(usage.traffic.bytes_written) / kGigabyte * prices.s3.gb_month;
  bill.month = month_on_best(bill, usage, prices);
  return bill;
}

json to_json(const Bill& bill) {
  json platforms = json::array();
  for (const Offer& offer : bill.offers) platforms.push_back(to_json(offer));
  return {{"currency", bill.currency},
          {"region", bill.region},
          {"date", bill.date},
          {"source", bill.source},
          {"platforms", std::move(platforms)},
          {"store_month", bill.store_month},
          {"month", to_json(bill.month)},
          {"own", own_json(bill.own)}};
}

std::string describe(const Bill& bill) {
  const auto told = [](const Offer& offer) {
    return offer.obstacle.empty() ? amount_text(offer.total()) : "too large";
  };
  const bool stored = bill.offers[0].store > 0;
  return fmt::format("{} {} on Lambda x86, {} on arm64, {} on SageMaker ({}){}; prices of {}",
                     bill.currency, told(bill.offers[0]), told(bill.offers[1]),
                     told(bill.offers[2]), bill.offers[2].size, stored ? ", with S3" : "",
                     price_label(bill));
}

std::string price_label(const Bill& bill) {
  constexpr std::size_t kShown = 3;
  const std::string list = fmt::format("{}, {}", bill.region, bill.date);
  const auto& [entries, region, date, source] = bill.own;
  if (entries.empty()) return list;
  const std::size_t shown = std::min(entries.size(), kShown);
  const std::string more =
      entries.size() > shown ? fmt::format(" and {} more", entries.size() - shown) : "";
  return fmt::format(
      "{}, but {}{} of {}{} ({})", list,
      fmt::join(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(shown), ", "), more,
      region == bill.region ? "" : region + ", ", date, source);
}

}  // namespace forecart
